"""What `ringdesk up` does before it starts anything: steps with progress lines, safe to interrupt."""
