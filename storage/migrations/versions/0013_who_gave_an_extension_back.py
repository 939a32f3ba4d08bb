"""An extension that nobody has keeps who had it last: whoever gets it back has their own past there."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "freed_extensions",
        sa.Column("extension", sa.Text(), nullable=False),
        sa.Column("user_id", ROW_ID, nullable=True),
        sa.Column("held_since", TIME, nullable=True),
        sa.Column("freed_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_freed_extensions_user_id_users", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("extension", name="pk_freed_extensions"),
    )


def downgrade() -> None:
    op.drop_table("freed_extensions")
