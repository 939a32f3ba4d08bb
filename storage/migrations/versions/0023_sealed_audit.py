"""The audit is sealed, refuses to be changed, and holds numbers instead of logins."""

import re
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)
AUTOINCREMENT = {"sqlite_autoincrement": True}

ADDED_TO = ("audit", "audit_seals")
FUNCTION = "audit_is_only_added_to"
SENTENCE = "the audit is only added to"
# What stood there as a sentence named people.
CODES = (
    (re.compile(r"there is no user"), "no_such_user"),
    (re.compile(r"there is a user .* already"), "login_taken"),
    (re.compile(r"the extension .* is taken"), "extension_taken"),
    (re.compile(r"there is no queue"), "no_such_queue"),
    (re.compile(r"has no phone"), "no_phone"),
    (re.compile(r"is the only active administrator"), "last_admin"),
    (re.compile(r" already$"), "already"),
    (re.compile(r"is deactivated"), "deactivated"),
    (re.compile(r"a login has"), "no_login"),
    (re.compile(r"an extension has"), "no_extension"),
    (re.compile(r"password"), "poor_password"),
)
CODE = re.compile(r"[a-z_]*")
CHANGED = ("account", "object", "why", "detail")
TO_USERS = re.compile(r"user_|password_set|phone_")
NUMBER = re.compile(r"(?<![0-9A-Za-z.-])\+?\(?\d(?:[\s()/-]{0,2}\d){6,19}(?![0-9A-Za-z]|[.-]\d)")


def upgrade() -> None:
    with op.batch_alter_table("audit", table_kwargs=AUTOINCREMENT) as audit:
        audit.drop_constraint("fk_audit_user_id_users", type_="foreignkey")
        audit.alter_column(
            "login", new_column_name="account", existing_type=sa.Text(), existing_nullable=False
        )
        audit.add_column(sa.Column("uid", sa.Text(), nullable=True))
        audit.add_column(sa.Column("signature", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("audit", table_kwargs=AUTOINCREMENT) as audit:
        audit.alter_column("signature", existing_type=sa.Text(), server_default=None)
        audit.create_unique_constraint("uq_audit_uid", ["uid"])
    op.create_table(
        "audit_seals",
        sa.Column("no", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("entry_id", ROW_ID, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("no", name="pk_audit_seals"),
        sa.UniqueConstraint("entry_id", name="uq_audit_seals_entry_id"),
    )
    _take_people_out()
    _refuse_changes()


def downgrade() -> None:
    _allow_changes()
    op.drop_table("audit_seals")
    with op.batch_alter_table("audit", table_kwargs=AUTOINCREMENT) as audit:
        audit.drop_constraint("uq_audit_uid", type_="unique")
        audit.drop_column("uid")
        audit.drop_column("signature")
        audit.alter_column(
            "account", new_column_name="login", existing_type=sa.Text(), existing_nullable=False
        )
    op.execute("UPDATE audit SET user_id = NULL WHERE user_id NOT IN (SELECT id FROM users)")
    with op.batch_alter_table("audit", table_kwargs=AUTOINCREMENT) as audit:
        audit.create_foreign_key("fk_audit_user_id_users", "users", ["user_id"], ["id"], ondelete="SET NULL")


def _take_people_out() -> None:
    audit = sa.table(
        "audit",
        sa.column("id", ROW_ID),
        sa.column("detail", JSON),
        *(sa.column(it) for it in ("user_id", "account", "via", "action", "object", "why")),
    )
    users = sa.table("users", sa.column("id", ROW_ID), sa.column("login", sa.Text()))
    ids = {login: number for number, login in op.get_bind().execute(sa.select(users.c.id, users.c.login))}
    values = {it: sa.bindparam(f"new_{it}", type_=audit.c[it].type) for it in CHANGED}
    changing = audit.update().where(audit.c.id == sa.bindparam("row")).values(values)
    last = 0
    while rows := _some(audit, last):
        last = rows[-1]["id"]
        changes = [
            {"row": row["id"], **{f"new_{column}": value for column, value in changed.items()}}
            for row in rows
            if (changed := _discreet(row, ids)) != {column: row[column] for column in CHANGED}
        ]
        if changes:
            op.get_bind().execute(changing, changes)


def _some(audit: sa.TableClause, last: int) -> list[dict[str, Any]]:
    query = sa.select(audit).where(audit.c.id > last).order_by(audit.c.id).limit(1000)
    return [dict(row) for row in op.get_bind().execute(query).mappings()]


def _discreet(row: dict[str, Any], ids: dict[str, int]) -> dict[str, Any]:
    known = row["user_id"] is not None
    object_, why, detail = row["object"], row["why"], row["detail"]
    kind, _, login = object_.partition(":")
    if kind == "user" and login and not login.isdigit():
        object_ = f"user:{ids.get(login) or _hint(login)}"
    if TO_USERS.match(row["action"]) and not CODE.fullmatch(why):
        why = next((code for sentence, code in CODES if sentence.search(why)), "refused")
    if isinstance(detail, dict) and isinstance(detail.get("reason"), str):
        detail = {**detail, "reason": NUMBER.sub(lambda it: f"{it[0][:3]}…{it[0][-2:]}", detail["reason"])}
    account = "" if known or not row["account"] else _hint(row["account"])
    return {"account": account, "object": object_, "why": why, "detail": detail}


def _hint(login: str) -> str:
    return f"{login[:2]}…" if len(login) > 3 else "…"


def _refuse_changes() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in ADDED_TO:
            for act in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
                )
        return
    op.execute(
        f"CREATE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{SENTENCE}'; END $$"
    )
    for table in ADDED_TO:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {FUNCTION}()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {FUNCTION}()"
        )


def _allow_changes() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION {FUNCTION}() CASCADE")
        return
    for table in ADDED_TO:
        for act in ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_no_{act}")
