"""After-call work belongs to a leg, and what nobody finished says so instead of being a draft for ever."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)

KEPT = "call_id, agent, note, started_at, ended_at, updated_at"
# Until now there was one for each agent in a call, taken up again when the caller came back: it is that of
# the newest leg that had begun when it was written.
TURN = """
    SELECT count(*) FROM legs
    WHERE legs.call_id = old.call_id AND legs.agent = old.agent AND legs.started_at <= old.updated_at
"""


def upgrade() -> None:
    _set_aside()
    op.create_table(
        "wrap_ups",
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("disposition", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("started_at", TIME, nullable=True),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("completed_at", TIME, nullable=True),
        sa.Column("updated_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("call_id", "agent", "turn", name="pk_wrap_ups"),
    )
    op.execute(
        f"INSERT INTO wrap_ups ({KEPT}, turn, disposition, status) "  # noqa: S608 - no foreign text
        f"SELECT {KEPT}, CASE WHEN ({TURN}) > 1 THEN ({TURN}) ELSE 1 END, "
        "CASE WHEN ended_by = 'timeout' AND disposition = 'none' THEN NULL ELSE disposition END, "
        "CASE WHEN draft THEN 'unfinished' WHEN ended_by = 'timeout' THEN 'timed_out' ELSE 'done' END "
        "FROM wrap_ups_before AS old"
    )
    _tidy()


def downgrade() -> None:
    _set_aside()
    op.create_table(
        "wrap_ups",
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("disposition", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("draft", sa.Boolean(), nullable=False),
        sa.Column("started_at", TIME, nullable=True),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("updated_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("call_id", "agent", name="pk_wrap_ups"),
    )
    op.execute(
        f"INSERT INTO wrap_ups ({KEPT}, disposition, draft, ended_by) "  # noqa: S608 - no foreign text
        f"SELECT {KEPT}, disposition, status = 'unfinished', "
        "CASE status WHEN 'done' THEN 'agent' WHEN 'timed_out' THEN 'timeout' END "
        "FROM wrap_ups_before AS old WHERE turn = (SELECT max(turn) FROM wrap_ups_before AS newest "
        "WHERE newest.call_id = old.call_id AND newest.agent = old.agent)"
    )
    _tidy()


def _set_aside() -> None:
    """Away from the names of the table, its key and its index: PostgreSQL has each of them only once."""
    op.execute("CREATE TABLE wrap_ups_before AS SELECT * FROM wrap_ups")
    op.drop_table("wrap_ups")


def _tidy() -> None:
    op.drop_table("wrap_ups_before")
    op.create_index("ix_wrap_ups_agent", "wrap_ups", ["agent"])
