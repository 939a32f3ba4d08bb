"""Triggers that count changes in the firm, whoever makes them: the service, a command, or a person in SQL.

Whoever follows the firm reads one number, and the tables only when it is another one.
"""

import zlib
from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, text

from storage.tables import Agent, Base, Hotline, Membership, Queue, Setting, User

# What is followed: the columns of an UPDATE that counts, none for all. Of users, what others are told; of
# agents, what their phone has to know.
FOLLOWED: Mapping[type[Base], tuple[str, ...]] = {
    User: ("login", "name", "name_en", "role", "language", "active"),
    Agent: ("extension", "user_id", "phone", "phone_epoch"),
    Queue: (),
    Hotline: (),
    Membership: (),
    Setting: (),
}
FUNCTION = "office_changed"
_PREFIX = "office_changed_"
_RAISE = (
    "INSERT INTO office_version (id, value) VALUES (1, 1) "
    "ON CONFLICT (id) DO UPDATE SET value = office_version.value + 1"
)
_MAKE_FUNCTION = (
    f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN {_RAISE}; RETURN NULL; END $$"
)
# Each trigger that is ours with its table.
_THERE = {
    "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE :ours",
    "postgresql": "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
    "WHERE NOT tgisinternal AND tgname LIKE :ours",
}


def ensure_triggers(connection: Connection) -> None:
    """As this version wants them. A table that a migration copied has lost its own."""
    dialect = connection.dialect.name
    there = {
        name: table for name, table in connection.execute(text(_THERE[dialect]), {"ours": f"{_PREFIX}%"})
    }
    wanted = dict(_triggers(dialect))
    if there.keys() == wanted.keys():
        return
    if dialect == "postgresql":
        connection.exec_driver_sql(_MAKE_FUNCTION)
    for name, table in there.items():
        connection.exec_driver_sql(f"DROP TRIGGER {name}" + ("" if dialect == "sqlite" else f" ON {table}"))
    for statement in wanted.values():
        connection.exec_driver_sql(statement)


def _triggers(dialect: str) -> Iterator[tuple[str, str]]:
    """Name and statement of each. The name tells two versions of a statement apart."""
    for table, columns in FOLLOWED.items():
        of = f" OF {', '.join(columns)}" if columns else ""
        for event in ("INSERT", f"UPDATE{of}", "DELETE"):
            statement = _statement(dialect, event, table.__tablename__)
            digest = zlib.crc32(statement.encode())
            kind = event.partition(" ")[0].lower()
            name = f"{_PREFIX}{table.__tablename__}_{kind}_{digest:08x}"
            yield name, statement.replace("NAME", name)


def _statement(dialect: str, event: str, table: str) -> str:
    if dialect == "sqlite":
        return f"CREATE TRIGGER NAME AFTER {event} ON {table} BEGIN {_RAISE}; END"
    # At the end of the transaction: whoever waits for the one row holds all others that they need by then.
    return (
        f"CREATE CONSTRAINT TRIGGER NAME AFTER {event} ON {table} DEFERRABLE INITIALLY DEFERRED "
        f"FOR EACH ROW EXECUTE FUNCTION {FUNCTION}()"
    )
