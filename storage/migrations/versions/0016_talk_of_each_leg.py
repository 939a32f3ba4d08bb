"""The talk of each leg by itself."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("legs", sa.Column("talk_s", sa.Double(), nullable=True))
    seconds = "(julianday(ended_at) - julianday(started_at)) * 86400.0"
    if op.get_bind().dialect.name == "postgresql":
        seconds = "extract(epoch FROM ended_at - started_at)"
    op.execute(
        f"UPDATE legs SET talk_s = {seconds} - coalesce(hold_s, 0)"  # noqa: S608 - nothing from outside
        " WHERE ended_at IS NOT NULL"
    )


def downgrade() -> None:
    with op.batch_alter_table("legs") as altered:
        altered.drop_column("talk_s")
