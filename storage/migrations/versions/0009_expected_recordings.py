"""Finds the recordings whose files are still to come."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

EXPECTED = sa.text("state = 'expected'")


def upgrade() -> None:
    op.create_index(
        "ix_recordings_expected",
        "recordings",
        ["call_id"],
        sqlite_where=EXPECTED,
        postgresql_where=EXPECTED,
    )


def downgrade() -> None:
    op.drop_index("ix_recordings_expected", "recordings")
