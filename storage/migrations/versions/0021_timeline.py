"""What was between us and a customer has entries of its own; those of the calls so far are made from them."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "timeline_entries",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("customer_id", ROW_ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name="fk_timeline_entries_customer_id_customers",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("kind", "ref", name="pk_timeline_entries"),
    )
    op.execute(
        "INSERT INTO timeline_entries (kind, ref, customer_id, at) "
        "SELECT 'call', id, customer_id, started_at FROM calls "
        "WHERE customer_id IS NOT NULL AND ended_at IS NOT NULL AND NOT test"
    )
    op.create_index("ix_timeline_entries_customer_id_at", "timeline_entries", ["customer_id", "at"])


def downgrade() -> None:
    op.drop_table("timeline_entries")
