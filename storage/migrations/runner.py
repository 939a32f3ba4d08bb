"""Runs the migrations on an open connection, within its one transaction, and says which are to come."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionError
from alembic.util import CommandError
from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.exc import DBAPIError

from storage.office_triggers import ensure_triggers
from storage.tables import Setting

FOLDER = Path(__file__).parent

# Any number will do, as long as all versions of Ringdesk use the same.
ADVISORY_LOCK = 0x52494E47


# Under this key of the settings stands which program migrated last, for older ones to name it.
PROGRAM = "program"


class SchemaTooNew(Exception):
    """The database was used by a newer Ringdesk than this one."""

    def __init__(self, version: str | None) -> None:
        needed = f"version {version}" if version else "a newer version"
        self.sentence = (
            f"the database belongs to {needed} of Ringdesk; start that version, or restore an older backup"
        )
        super().__init__(self.sentence)


@dataclass(frozen=True, slots=True)
class Schema:
    """How the tables are. `pending`: what each migration does that is to come, the next one first.

    `revision` is None for an empty database; `program` is what the last one to migrate noted of itself.
    """

    revision: str | None
    pending: tuple[str, ...]
    program: Mapping[str, str] | None


def alembic_config(**attributes: Any) -> Config:
    """Alembic's settings without a file; `attributes` reach `env.py`."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes.update(attributes)
    return config


@cache
def head() -> str | None:
    """The newest revision of this version; to know it, every migration is loaded."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


def schema_of(connection: Connection) -> Schema:
    """Read only. Raises SchemaTooNew."""
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None:
        return Schema(None, _migrations_after(None), None)
    try:
        return Schema(revision, _migrations_after(revision), _noted_program(connection))
    except RevisionError as error:
        raise SchemaTooNew(_version_of_newer(connection)) from error


def knows(revision: str) -> bool:
    """Whether this version, or one before it, made such tables."""
    script = ScriptDirectory.from_config(alembic_config())
    return revision in {step.revision for step in script.walk_revisions()}


def _migrations_after(revision: str | None) -> tuple[str, ...]:
    script = ScriptDirectory.from_config(alembic_config())
    steps = script.iterate_revisions("head", revision or "base")
    return tuple(reversed([f"{step.revision} {step.doc}" for step in steps]))


def _noted_program(connection: Connection) -> Mapping[str, str] | None:
    if not inspect(connection).has_table(Setting.__tablename__):
        return None
    value = connection.scalar(select(Setting.value).where(Setting.key == PROGRAM))
    return value if isinstance(value, dict) else None


def note_program(connection: Connection, program: Mapping[str, str]) -> None:
    """Writes down which program the tables are of now."""
    if _noted_program(connection) != program:
        table = Setting.metadata.tables[Setting.__tablename__]
        connection.execute(table.delete().where(table.c.key == PROGRAM))
        connection.execute(table.insert().values(key=PROGRAM, value=dict(program)))


def upgrade(connection: Connection) -> bool:
    """Upgrade to the newest revision; whether that changed anything. Raises SchemaTooNew.

    The lock makes a second process wait and then find nothing to do.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
    if MigrationContext.configure(connection).get_current_revision() == head():
        # Every command comes here, and looking through millions of rows would hold up every start.
        ensure_triggers(connection)
        return False
    try:
        command.upgrade(alembic_config(connection=connection), "head")
    except CommandError as error:
        if "Can't locate revision" in str(error):
            raise SchemaTooNew(_version_of_newer(connection)) from error
        raise
    _check_foreign_keys(connection)
    ensure_triggers(connection)
    return True


def _version_of_newer(connection: Connection) -> str | None:
    try:
        program = _noted_program(connection)
    except DBAPIError:  # its settings look otherwise than ours
        return None
    return program.get("version") if program else None


def _check_foreign_keys(connection: Connection) -> None:
    # Enforcement is off on SQLite while tables are copied, so what it would have refused is looked for here.
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"the migration left rows that point nowhere: {broken[:5]}")
