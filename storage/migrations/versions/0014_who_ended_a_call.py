"""Calls that an agent dialled tell who ended them; of those of before it is not known."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("calls", sa.Column("ended_by", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("calls", "ended_by")
