"""Users, their sign-ins and phones; queues, hotlines and memberships."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_users()
    _create_sessions()
    _create_agents()
    _create_queues()
    _create_hotlines()
    _create_memberships()


def downgrade() -> None:
    for table in ("memberships", "hotlines", "queues", "agents", "sessions", "users"):
        op.drop_table(table)


def _create_users() -> None:
    op.create_table(
        "users",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("login", name="uq_users_login"),
        sqlite_autoincrement=True,
    )


def _create_sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("user_id", ROW_ID, nullable=False),
        sa.Column("csrf", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("last_seen_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("ip", sa.Text(), nullable=False),
        sa.Column("agent_string", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_sessions_user_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sessions"),
    )
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"])
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"])


def _create_agents() -> None:
    op.create_table(
        "agents",
        sa.Column("extension", sa.Text(), nullable=False),
        sa.Column("user_id", ROW_ID, nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_agents_user_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("extension", name="pk_agents"),
        sa.UniqueConstraint("user_id", name="uq_agents_user_id"),
    )


def _create_queues() -> None:
    op.create_table(
        "queues",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("strategy", sa.Text(), nullable=False),
        sa.Column("ring_seconds", sa.Integer(), nullable=False),
        sa.Column("wrap_up_seconds", sa.Integer(), nullable=False),
        sa.Column("sl_seconds", sa.Integer(), nullable=False),
        sa.Column("short_abandon_seconds", sa.Integer(), nullable=False),
        sa.Column("max_wait_seconds", sa.Integer(), nullable=False),
        sa.Column("overflow_queue", sa.Text(), nullable=True),
        sa.Column("recording", sa.Boolean(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("max_length", sa.Integer(), nullable=False),
        sa.Column("when_empty", sa.Text(), nullable=False),
        sa.Column("announce_every_seconds", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["overflow_queue"], ["queues.name"], name="fk_queues_overflow_queue_queues", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("name", name="pk_queues"),
    )


def _create_hotlines() -> None:
    op.create_table(
        "hotlines",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("fallback_queue", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["fallback_queue"], ["queues.name"], name="fk_hotlines_fallback_queue_queues"
        ),
        sa.PrimaryKeyConstraint("number", name="pk_hotlines"),
    )


def _create_memberships() -> None:
    op.create_table(
        "memberships",
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("extension", sa.Text(), nullable=False),
        sa.Column("penalty", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["extension"], ["agents.extension"], name="fk_memberships_extension_agents", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["queue"], ["queues.name"], name="fk_memberships_queue_queues", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("queue", "extension", name="pk_memberships"),
    )
    op.create_index("ix_memberships_extension", "memberships", ["extension"])
