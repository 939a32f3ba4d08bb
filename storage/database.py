"""The database: engines for reading and for writing, sessions, transactions, migrations."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from storage import engines
from storage.migrations.runner import upgrade


class Database:
    """One database by URL: ``sqlite:///path`` or ``postgresql://user:password@host/name``.

    `session()` is for reading and refuses to write; `transaction()` is for writing. On SQLite all the
    transactions of a process share one connection and begin by taking the write lock, so that a writer
    waits instead of meeting "database is locked". Do not open a transaction inside another one.
    """

    def __init__(self, url: str | URL, *, busy_timeout_s: float = 5.0) -> None:
        self.url = _with_async_driver(make_url(url))
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._busy_timeout_s = busy_timeout_s
        self._writer = self._engine_for_writing()
        self._reader = self._engine_for_reading()
        self._write = async_sessionmaker(self._writer, expire_on_commit=False)
        self._read = async_sessionmaker(self._reader, expire_on_commit=False)

    @property
    def path(self) -> Path | None:
        """The file of a SQLite database."""
        return Path(self.url.database) if self.is_sqlite and self.url.database else None

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """A read-only session that sees one state of the database from its first query to its end."""
        async with self._read() as session:
            yield session

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session that commits at the end of the block, or leaves nothing when the block raises."""
        async with self._write() as session, session.begin():
            yield session

    async def migrate(self) -> None:
        """Bring the schema to this version's; safe when several processes start at once."""
        engine = self._engine_for_migrating()
        try:
            async with engine.begin() as connection:
                await connection.run_sync(upgrade)
        finally:
            await engine.dispose()

    async def close(self) -> None:
        """Close all connections. The database can be used again afterwards."""
        await self._reader.dispose()
        await self._writer.dispose()

    def _engine_for_writing(self) -> AsyncEngine:
        if not self.is_sqlite:
            return self._engine_for_postgres()
        self._create_private_file()
        engine = create_async_engine(self.url, pool_size=1, max_overflow=0, **engines.SQLITE_OPTIONS)
        return engines.tune_sqlite(engine, begin="BEGIN IMMEDIATE", busy_timeout_s=self._busy_timeout_s)

    def _engine_for_reading(self) -> AsyncEngine:
        if not self.is_sqlite:
            return self._writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        engine = create_async_engine(self.url, pool_size=4, max_overflow=4, **engines.SQLITE_OPTIONS)
        return engines.tune_sqlite(engine, begin="BEGIN", busy_timeout_s=self._busy_timeout_s, read_only=True)

    def _engine_for_migrating(self) -> AsyncEngine:
        if not self.is_sqlite:
            return self._engine_for_postgres()
        # Alembic changes a SQLite table by copying it, which enforced foreign keys would turn into deletions.
        return engines.tune_sqlite(
            create_async_engine(self.url, **engines.SQLITE_OPTIONS),
            begin="BEGIN IMMEDIATE",
            busy_timeout_s=60.0,
            foreign_keys=False,
        )

    def _engine_for_postgres(self) -> AsyncEngine:
        return engines.tune_postgres(create_async_engine(self.url, **engines.POSTGRES_OPTIONS))

    def _create_private_file(self) -> None:
        # SQLite gives its side files the mode of the main one, so this makes all of them private.
        if self.path is not None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))


def _with_async_driver(url: URL) -> URL:
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
    backend = url.get_backend_name()
    if backend not in drivers:
        raise ValueError(f"a database URL begins with sqlite:// or postgresql://, not {backend}://")
    if backend == "sqlite" and url.database in (None, "", ":memory:"):
        raise ValueError("a SQLite database needs a file: sqlite:///path/to/ringdesk.db")
    return url.set(drivername=drivers[backend])
