"""What agents did, recordings and who listened to them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_agent_intervals()
    _create_wrap_ups()
    _create_recordings()
    _create_recording_access()


def downgrade() -> None:
    for table in ("recording_access", "recordings", "wrap_ups", "agent_intervals"):
        op.drop_table(table)


def _create_agent_intervals() -> None:
    op.create_table(
        "agent_intervals",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("call_id", sa.Text(), nullable=True),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_agent_intervals"),
        sa.UniqueConstraint("agent", "kind", "started_at", name="uq_agent_intervals_agent_kind_started_at"),
    )
    op.create_index("ix_agent_intervals_ended_at", "agent_intervals", ["ended_at"])
    op.create_index("ix_agent_intervals_started_at", "agent_intervals", ["started_at"])


def _create_wrap_ups() -> None:
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
    op.create_index("ix_wrap_ups_agent", "wrap_ups", ["agent"])


def _create_recordings() -> None:
    op.create_table(
        "recordings",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("stint", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=True),
        sa.Column("queue", sa.Text(), nullable=True),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("length_s", sa.Double(), nullable=False),
        sa.Column("size", ROW_ID, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("channels", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_recordings"),
        sa.UniqueConstraint("call_id", "stint", "part", name="uq_recordings_call_id_stint_part"),
        sa.UniqueConstraint("path", name="uq_recordings_path"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_recordings_started_at", "recordings", ["started_at"])


def _create_recording_access() -> None:
    op.create_table(
        "recording_access",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("recording_id", ROW_ID, nullable=False),
        sa.Column("user_id", ROW_ID, nullable=True),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ip", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recordings.id"], name="fk_recording_access_recording_id_recordings"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_recording_access_user_id_users", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_recording_access"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_recording_access_recording_id", "recording_access", ["recording_id"])
