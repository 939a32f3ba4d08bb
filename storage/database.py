"""The database: engines for reading and for writing, sessions, transactions, migrations."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from storage import engines, statistics
from storage.limits import LimitedSession, Reading, TookTooLong, for_reading, watch_sqlite
from storage.migrations.runner import upgrade

# What the service itself reads is small; a command may read a whole table.
READ_LIMIT_S = 60.0
# A list that somebody waits for.
LIST_LIMIT_S = 5.0
LISTS_AT_ONCE = 3


class Database:
    """One database by URL: ``sqlite:///path`` or ``postgresql://user:password@host/name``.

    `session()` is for reading and refuses to write, and so is `listing()`, for lists and searches, which
    have few connections of their own: what is read for a call or a sign-in never waits for them.
    `transaction()` is for writing. On SQLite all the transactions of a process share one connection and begin
    by taking the write lock, so that a writer waits instead of meeting "database is locked". Do not open a
    transaction inside another one.

    A reading ends at once when the task that reads is cancelled or the database is closed.
    """

    def __init__(
        self, url: str | URL, *, busy_timeout_s: float = 5.0, list_limit_s: float = LIST_LIMIT_S
    ) -> None:
        self.url = _with_async_driver(make_url(url))
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._busy_timeout_s = busy_timeout_s
        self._list_limit_s = list_limit_s
        self._writer = self._engine_for_writing()
        self._reader = self._engine_for_reading(READ_LIMIT_S, connections=4, more=4)
        self._lister = self._engine_for_reading(list_limit_s, connections=LISTS_AT_ONCE, more=0)
        self._write = async_sessionmaker(self._writer, expire_on_commit=False)
        self._read = _reading_sessions(self._reader)
        self._list = _reading_sessions(self._lister)
        self._readings: set[Reading] = set()

    @property
    def path(self) -> Path | None:
        """The file of a SQLite database."""
        return Path(self.url.database) if self.is_sqlite and self.url.database else None

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """A read-only session that sees one state of the database from its first query to its end."""
        async with self._reading(self._read, READ_LIMIT_S) as session:
            yield session

    @asynccontextmanager
    async def listing(self) -> AsyncIterator[AsyncSession]:
        """A session like that of `session()`, for what may read much. Raises TookTooLong."""
        async with self._reading(self._list, self._list_limit_s) as session:
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
                changed = await connection.run_sync(upgrade)
        finally:
            await engine.dispose()
        if changed:
            await self.analyse()

    async def analyse(self) -> None:
        """Bring up to date what the planner goes by; cheap on SQLite, needed there now and then."""
        await statistics.analyse(self._writer)
        await self._forget_readers()

    async def close(self) -> None:
        """Close all connections; what is being read ends. The database can be used again afterwards."""
        for reading in self._readings:
            reading.abandon()
        backends = [reading.backend for reading in self._readings if reading.backend is not None]
        if backends:
            await engines.cancel_postgres(self._writer, backends)
        await self._forget_readers()
        await self._writer.dispose()

    @asynccontextmanager
    async def _reading(
        self, sessions: async_sessionmaker[AsyncSession], limit_s: float
    ) -> AsyncIterator[AsyncSession]:
        reading = Reading(limit_s)
        self._readings.add(reading)
        try:
            async with sessions(info=for_reading(reading)) as session:
                yield session
        except DBAPIError as error:
            if reading.explains(error):
                raise TookTooLong(f"what was read took longer than {limit_s:g} s") from error
            raise
        finally:
            self._readings.discard(reading)

    async def _forget_readers(self) -> None:
        """New connections read the statistics; those in use are closed when they come back."""
        await self._reader.dispose()
        await self._lister.dispose()

    def _engine_for_writing(self) -> AsyncEngine:
        if not self.is_sqlite:
            return self._engine_for_postgres()
        self._create_private_file()
        engine = create_async_engine(self.url, pool_size=1, max_overflow=0, **engines.SQLITE_OPTIONS)
        return engines.tune_sqlite(engine, begin="BEGIN IMMEDIATE", busy_timeout_s=self._busy_timeout_s)

    def _engine_for_reading(self, limit_s: float, *, connections: int, more: int) -> AsyncEngine:
        if not self.is_sqlite:
            engine = self._engine_for_postgres(connections, more, statement_limit_s=limit_s)
            return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        engine = create_async_engine(
            self.url, pool_size=connections, max_overflow=more, **engines.SQLITE_OPTIONS
        )
        engines.tune_sqlite(engine, begin="BEGIN", busy_timeout_s=self._busy_timeout_s, read_only=True)
        return watch_sqlite(engine)

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

    def _engine_for_postgres(
        self, connections: int = 5, more: int = 5, *, statement_limit_s: float | None = None
    ) -> AsyncEngine:
        options = engines.postgres_options(connections, more, statement_limit_s)
        return engines.tune_postgres(create_async_engine(self.url, **options))

    def _create_private_file(self) -> None:
        # SQLite gives its side files the mode of the main one, so this makes all of them private.
        if self.path is not None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))


def _reading_sessions(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    return async_sessionmaker(engine, expire_on_commit=False, sync_session_class=LimitedSession)


def _with_async_driver(url: URL) -> URL:
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
    backend = url.get_backend_name()
    if backend not in drivers:
        raise ValueError(f"a database URL begins with sqlite:// or postgresql://, not {backend}://")
    if backend == "sqlite" and url.database in (None, "", ":memory:"):
        raise ValueError("a SQLite database needs a file: sqlite:///path/to/ringdesk.db")
    return url.set(drivername=drivers[backend])
