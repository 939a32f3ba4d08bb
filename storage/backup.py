"""Copies a whole database to a file and back: SQLite by its online backup, PostgreSQL by its own tools."""

import asyncio
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, inspect, select

from storage import office_triggers
from storage.database import Database
from storage.recordings.store import sync_folder
from storage.saved_schema import SavedSchema, of_postgres_script, of_sqlite
from storage.tables import Base, Call, User
from storage.tables.audit import TRIGGER_FUNCTION

SQLITE_COPY = "ringdesk.db"
POSTGRES_COPY = "ringdesk.pgdump"
_DEBIAN_FOLDER = Path("/usr/lib/postgresql")


class BackupProblem(RuntimeError):
    """What was asked cannot be done; the text says why and what to do."""


async def save_database(database: Database, folder: Path) -> Path:
    """Copy the database, as of one moment, into a file in `folder`; others may go on writing meanwhile."""
    if database.path is not None:
        return await asyncio.to_thread(_save_sqlite, database.path, folder / SQLITE_COPY)
    target = folder / POSTGRES_COPY
    with target.open("xb") as file:
        os.fchmod(file.fileno(), 0o600)
    await run_tool("pg_dump", database, "--format=custom", "--no-owner", f"--file={target}")
    return target


async def restore_database(database: Database, copy: Path, *, replace: bool = False) -> None:
    """Put a saved copy in the place of the database, all of it or nothing. Nothing else may have it open.

    Raises BackupProblem for a copy that is damaged, newer or of the other kind of database; without `replace`
    also when there are users or calls that would be lost.
    """
    expected = SQLITE_COPY if database.is_sqlite else POSTGRES_COPY
    if copy.name != expected:
        raise BackupProblem(f"the backup holds {copy.name}, which does not go into this kind of database")
    if not replace and await holds_data(database):
        raise BackupProblem("there are users or calls in the database; say that they are to be replaced")
    await database.close()
    if database.path is not None:
        await asyncio.to_thread(_restore_sqlite, copy, database.path)
    else:
        await _restore_postgres(database, copy)
    await database.analyse()


async def holds_data(database: Database) -> bool:
    """Whether there are users or calls."""

    def has_tables(connection: Connection) -> bool:
        return inspect(connection).has_table(User.__tablename__)

    async with database.session() as session:
        if not await (await session.connection()).run_sync(has_tables):
            return False
        for table in (User, Call):
            if await session.scalar(select(table.id).limit(1)) is not None:
                return True
    return False


def _save_sqlite(source: Path, target: Path) -> Path:
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with closing(sqlite3.connect(source)) as original, closing(sqlite3.connect(target)) as copy:
        original.backup(copy)
        # One file without side files, for it is going to travel.
        copy.execute("PRAGMA journal_mode=DELETE")
    return target


def _restore_sqlite(copy: Path, target: Path) -> None:
    draft = target.with_name(f".{target.name}.restored")
    try:
        shutil.copyfile(copy, draft)
        draft.chmod(0o600)
        _check_sqlite(draft)
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        # The old side files belong to the old database: left there they would be applied to the new one.
        for ending in ("-wal", "-shm"):
            target.with_name(target.name + ending).unlink(missing_ok=True)
        os.replace(draft, target)
        sync_folder(target.parent)
    finally:
        draft.unlink(missing_ok=True)


def _check_sqlite(path: Path) -> None:
    try:
        with closing(sqlite3.connect(path)) as connection:
            answers = connection.execute("PRAGMA integrity_check").fetchall()
        schema = of_sqlite(path)
    except sqlite3.DatabaseError as error:
        raise BackupProblem(f"the copy is no database of ours: {error}") from None
    if answers != [("ok",)] or schema.revision is None:
        raise BackupProblem(f"the copy is damaged: {answers[0][0]}")
    _refuse_newer(schema)


def _refuse_newer(schema: SavedSchema) -> None:
    if schema.complaint is not None:
        raise BackupProblem(schema.complaint)


async def _restore_postgres(database: Database, copy: Path) -> None:
    """Tables away and back in one transaction; a newer version's tables must not stay beside older ones."""
    script = copy.with_name(f".{copy.name}.sql")
    tables = ", ".join(f'"{name}"' for name in (*Base.metadata.tables, "alembic_version"))
    functions = f"{office_triggers.FUNCTION}, {TRIGGER_FUNCTION}"
    away = f"DROP TABLE IF EXISTS {tables} CASCADE; DROP FUNCTION IF EXISTS {functions} CASCADE"
    try:
        await run_tool("pg_restore", None, "--no-owner", f"--file={script}", str(copy))
        _refuse_newer(await asyncio.to_thread(of_postgres_script, script))
        await run_tool(
            "psql",
            database,
            *("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"),
            *("--command", away, "--file", str(script)),
        )
    finally:
        script.unlink(missing_ok=True)


async def run_tool(name: str, database: Database | None, *arguments: str) -> None:
    """Run a client program of PostgreSQL, on this database. Raises BackupProblem with its first complaint."""
    environment = dict(os.environ)
    if database is not None:
        environment |= _connection_environment(database)
    process = await asyncio.create_subprocess_exec(
        *(_tool(name), *arguments),
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, errors = await process.communicate()
    if process.returncode != 0:
        lines = errors.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise BackupProblem(f"{name} failed: {lines[0]}")


def _connection_environment(database: Database) -> dict[str, str]:
    # In the environment, for a command line can be read by everyone on the machine.
    url = database.url
    values = {
        "PGHOST": url.host,
        "PGPORT": str(url.port) if url.port else None,
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
    }
    return {name: str(value) for name, value in values.items() if value}


def _tool(name: str) -> str:
    """The newest version installed: an older pg_dump refuses a newer server."""
    newest_first = sorted(_DEBIAN_FOLDER.glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    found = shutil.which(name, path=os.pathsep.join(map(str, newest_first))) or shutil.which(name)
    if found is None:
        raise BackupProblem(
            f"{name} is missing; install PostgreSQL's client: apt-get install postgresql-client"
        )
    return found
