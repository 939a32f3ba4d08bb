"""The call's beginning with its stints and legs, and the indexes that lists of millions of calls need."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    # Before the tables are copied, or they would be made anew with them.
    op.drop_index("ix_stints_queue_entered_at", "stints")
    op.drop_index("ix_stints_queue_left_at", "stints")
    for table in ("stints", "legs"):
        op.add_column(table, sa.Column("call_started_at", TIME, nullable=True))
        parts = sa.table(table, sa.column("call_id"), sa.column("call_started_at"))
        calls = sa.table("calls", sa.column("id"), sa.column("started_at"))
        started_at = sa.select(calls.c.started_at).where(calls.c.id == parts.c.call_id)
        op.execute(parts.update().values(call_started_at=started_at.scalar_subquery()))
        with op.batch_alter_table(table) as altered:
            altered.alter_column("call_started_at", existing_type=TIME, nullable=False)
    op.create_index(
        "ix_stints_queue_call_started_at_call_id", "stints", ["queue", "call_started_at", "call_id"]
    )
    op.create_index("ix_stints_queue_outcome_left_at", "stints", ["queue", "outcome", "left_at"])
    op.create_index("ix_stints_left_at", "stints", ["left_at"])
    op.create_index("ix_legs_agent_call_started_at_call_id", "legs", ["agent", "call_started_at", "call_id"])
    # Nobody asks for events by their time alone, and each of millions had an entry.
    op.drop_index("ix_call_events_at", "call_events")
    op.create_index("ix_calls_open", "calls", ["started_at"], sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    op.drop_index("ix_calls_open", "calls")
    op.create_index("ix_call_events_at", "call_events", ["at"])
    op.drop_index("ix_legs_agent_call_started_at_call_id", "legs")
    for name in ("call_started_at_call_id", "outcome_left_at"):
        op.drop_index(f"ix_stints_queue_{name}", "stints")
    op.drop_index("ix_stints_left_at", "stints")
    op.create_index("ix_stints_queue_left_at", "stints", ["queue", "left_at"])
    op.create_index("ix_stints_queue_entered_at", "stints", ["queue", "entered_at"])
    for table in ("legs", "stints"):
        with op.batch_alter_table(table) as altered:
            altered.drop_column("call_started_at")
