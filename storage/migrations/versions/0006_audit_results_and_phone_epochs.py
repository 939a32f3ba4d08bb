"""The audit says what came of each act; an agent's phone has an epoch, a user's password a date."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)
# What has a value in every row from now on, with the one that the rows of before get.
AUDIT = {"via": "console", "result": "done", "why": ""}
AGENTS = {"phone_epoch": "0", "phone_epoch_why": ""}


def upgrade() -> None:
    _extend_audit()
    _take_over_accesses()
    op.drop_table("recording_access")
    _extend_people()


def downgrade() -> None:
    with op.batch_alter_table("users", table_kwargs={"sqlite_autoincrement": True}) as users:
        users.drop_column("password_set_at")
    with op.batch_alter_table("agents") as agents:
        for column in AGENTS:
            agents.drop_column(column)
    _create_accesses()
    op.drop_index("ix_audit_asked_id", "audit")
    with op.batch_alter_table("audit", table_kwargs={"sqlite_autoincrement": True}) as audit:
        for column in (*AUDIT, "asked_id"):
            audit.drop_column(column)


def _extend_audit() -> None:
    with op.batch_alter_table("audit", table_kwargs={"sqlite_autoincrement": True}) as audit:
        for column, value in AUDIT.items():
            audit.add_column(sa.Column(column, sa.Text(), nullable=False, server_default=value))
        audit.add_column(sa.Column("asked_id", ROW_ID, nullable=True))
    # An agent's sign-out was noted before it was tried, so nobody knows what came of it.
    op.execute("UPDATE audit SET result = 'asked' WHERE action = 'agent_signed_out'")
    op.execute("UPDATE audit SET action = 'agent_sign_out' WHERE action = 'agent_signed_out'")
    op.execute(
        "UPDATE audit SET action = 'sign_in', result = 'refused', why = 'wrong_credentials' "
        "WHERE action = 'sign_in_failed'"
    )
    op.execute("UPDATE audit SET via = 'command_line' WHERE login = 'command line'")
    with op.batch_alter_table("audit", table_kwargs={"sqlite_autoincrement": True}) as audit:
        for column in AUDIT:
            audit.alter_column(column, existing_type=sa.Text(), server_default=None)
    op.create_index("ix_audit_asked_id", "audit", ["asked_id"])


def _take_over_accesses() -> None:
    """Who listened to a recording stands in the audit like everything else."""
    accesses = sa.table(
        "recording_access",
        *(sa.column(name) for name in ("recording_id", "user_id", "login", "reason", "ip")),
        sa.column("at", TIME),
    )
    audit = sa.table(
        "audit",
        *(sa.column(n) for n in ("user_id", "login", "action", "object", "ip", "via", "result", "why")),
        sa.column("at", TIME),
        sa.column("detail", JSON),
    )
    rows = op.get_bind().execute(sa.select(accesses).order_by(accesses.c.at)).mappings()
    for many in rows.partitions(1000):
        op.bulk_insert(
            audit,
            [
                {
                    "at": row["at"],
                    "user_id": row["user_id"],
                    "login": row["login"],
                    "action": "recording_listen",
                    "object": f"recording:{row['recording_id']}",
                    "detail": {"reason": row["reason"]} if row["reason"] else {},
                    "ip": row["ip"],
                    **AUDIT,
                }
                for row in many
            ],
        )


def _extend_people() -> None:
    with op.batch_alter_table("agents") as agents:
        agents.add_column(sa.Column("phone_epoch", ROW_ID, nullable=False, server_default="0"))
        agents.add_column(sa.Column("phone_epoch_why", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("agents") as agents:
        agents.alter_column("phone_epoch", existing_type=ROW_ID, server_default=None)
        agents.alter_column("phone_epoch_why", existing_type=sa.Text(), server_default=None)
    with op.batch_alter_table("users", table_kwargs={"sqlite_autoincrement": True}) as users:
        users.add_column(sa.Column("password_set_at", TIME, nullable=True))


def _create_accesses() -> None:
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
