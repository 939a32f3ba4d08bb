"""What Ringdesk keeps: tables, repositories, migrations, recording files. Imports nothing else of ours."""
