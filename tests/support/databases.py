"""Migrated databases for tests: SQLite files copied from one template, PostgreSQL databases likewise."""

import asyncio
import contextlib
import secrets
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from storage.database import Database
from tests.support.postgres import PostgresServer

TEMPLATE = "ringdesk_template"


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite file."""
    return f"sqlite:///{path}"


def make_sqlite_template(folder: Path) -> Path:
    """A migrated, empty SQLite file. Call it from a synchronous fixture."""
    path = folder / "template.db"
    asyncio.run(_migrate(sqlite_url(path)))
    return path


@contextlib.asynccontextmanager
async def sqlite_database(template: Path, folder: Path) -> AsyncIterator[Database]:
    """A migrated, empty database in a file of its own."""
    path = folder / "ringdesk.db"
    shutil.copy(template, path)
    database = Database(sqlite_url(path))
    try:
        yield database
    finally:
        await database.close()


def make_postgres_template(server: PostgresServer) -> None:
    """A migrated, empty database to copy from. Call it from a synchronous fixture."""
    asyncio.run(_administer(server, f'CREATE DATABASE "{TEMPLATE}"'))
    asyncio.run(_migrate(server.url(TEMPLATE)))


@contextlib.asynccontextmanager
async def postgres_url(server: PostgresServer, template: str = TEMPLATE) -> AsyncIterator[str]:
    """The URL of a new database, dropped afterwards; `template0` gives one without any table."""
    name = f"ringdesk_{secrets.token_hex(6)}"
    await _administer(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield server.url(name)
    finally:
        await _administer(server, f'DROP DATABASE "{name}" WITH (FORCE)')


@contextlib.asynccontextmanager
async def postgres_database(server: PostgresServer) -> AsyncIterator[Database]:
    """A migrated, empty database on the server."""
    async with postgres_url(server) as url:
        database = Database(url)
        try:
            yield database
        finally:
            await database.close()


async def _migrate(url: str) -> None:
    database = Database(url)
    await database.migrate()
    await database.close()


async def _administer(server: PostgresServer, statement: str) -> None:
    url = server.url().replace("postgresql://", "postgresql+asyncpg://")
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            await connection.execute(text(statement))
    finally:
        await engine.dispose()
