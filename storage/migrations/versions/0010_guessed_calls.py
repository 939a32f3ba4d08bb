"""Calls tell whether a part of them is only guessed: Asterisk's records may correct it later."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # With a default in the database the column is added in place: on SQLite the calls need not be copied.
    op.add_column("calls", sa.Column("guessed", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("calls", "guessed")
