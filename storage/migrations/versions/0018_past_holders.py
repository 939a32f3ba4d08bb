"""Everybody who had an extension is kept, and not only who had it last: calls keep the name of who spoke."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "past_holders",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("extension", sa.Text(), nullable=False),
        sa.Column("user_id", ROW_ID, nullable=True),
        sa.Column("since", TIME, nullable=True),
        sa.Column("until", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_past_holders_user_id_users", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_past_holders"),
    )
    op.create_index("ix_past_holders_extension_until", "past_holders", ["extension", "until"])
    op.execute(
        "INSERT INTO past_holders (extension, user_id, since, until) "
        "SELECT extension, user_id, held_since, freed_at FROM freed_extensions"
    )
    op.drop_table("freed_extensions")


def downgrade() -> None:
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
    # Only who had it last, of extensions that nobody has.
    op.execute(
        "INSERT INTO freed_extensions (extension, user_id, held_since, freed_at) "
        "SELECT extension, user_id, since, until FROM past_holders AS it "
        "WHERE NOT EXISTS (SELECT 1 FROM agents WHERE agents.extension = it.extension) "
        "AND NOT EXISTS (SELECT 1 FROM past_holders AS later "
        "WHERE later.extension = it.extension AND later.id > it.id)"
    )
    op.drop_table("past_holders")
