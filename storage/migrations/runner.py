"""Runs the migrations on an open connection, within its one transaction."""

from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text

FOLDER = Path(__file__).parent

# Any number will do, as long as all versions of Ringdesk use the same.
ADVISORY_LOCK = 0x52494E47


class SchemaTooNew(Exception):
    """The database was used by a newer Ringdesk than this one."""

    sentence = (
        "the database belongs to a newer version of Ringdesk; start that version, or restore an older backup"
    )


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


def upgrade(connection: Connection) -> bool:
    """Upgrade to the newest revision; whether that changed anything.

    The lock makes a second process wait and then find nothing to do.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
    if MigrationContext.configure(connection).get_current_revision() == head():
        # Every command comes here, and looking through millions of rows would hold up every start.
        return False
    try:
        command.upgrade(alembic_config(connection=connection), "head")
    except CommandError as error:
        if "Can't locate revision" in str(error):
            raise SchemaTooNew(SchemaTooNew.sentence) from error
        raise
    _check_foreign_keys(connection)
    return True


def _check_foreign_keys(connection: Connection) -> None:
    # Enforcement is off on SQLite while tables are copied, so what it would have refused is looked for here.
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"the migration left rows that point nowhere: {broken[:5]}")
