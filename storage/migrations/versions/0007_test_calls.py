"""Calls of the built-in test caller are marked; those of before are not known for what they were."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # With a default of the database's own, so that a million rows need not be written again.
    op.add_column("calls", sa.Column("test", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("calls", "test")
