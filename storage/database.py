"""The database: sessions, transactions, migrations, and the connections for each kind of work."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from storage import engines, statistics
from storage.limits import Limit, watch_sqlite
from storage.migrations.runner import Schema, note_program, schema_of, upgrade
from storage.pools import SHARES, Pool, Share, Work

Listener = Callable[[], None]
"""Is told that something was committed, and must not raise."""

# Transactions wait for their turn at SQLite's one writer.
_TURN_WITHIN_S = 30.0


class Database:
    """One database by URL: ``sqlite:///path`` or ``postgresql://user:password@host/name``.

    `session()` is for reading and refuses to write, `transaction()` is for writing. What must never wait for
    the connections of other work has its own: `desk`, `recorder` and `lists` have the same two methods.
    On SQLite all the transactions of a process share one connection and begin by taking the write lock, so
    that a writer waits instead of meeting "database is locked". Do not open a transaction inside another one.

    What is done ends at once when the task that does it is cancelled or the database is closed.
    """

    def __init__(
        self,
        url: str | URL,
        *,
        audit_key: bytes = b"",
        busy_timeout_s: float = 5.0,
        limits_s: Mapping[Work, float] | None = None,
    ) -> None:
        self.url = _with_async_driver(make_url(url))
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.audit_key = audit_key
        self._busy_timeout_s = busy_timeout_s
        self._running: set[Limit] = set()
        self._listeners: set[Listener] = set()
        self._sqlite_writer = self._engine_for_writing_sqlite() if self.is_sqlite else None
        self._pools = {
            work: self._pool(work, replace(share, limit_s=(limits_s or {}).get(work, share.limit_s)))
            for work, share in SHARES.items()
        }

    @property
    def path(self) -> Path | None:
        """The file of a SQLite database."""
        return Path(self.url.database) if self.is_sqlite and self.url.database else None

    def pool(self, work: Work) -> Pool:
        """The connections that are set apart for this work."""
        return self._pools[work]

    @property
    def desk(self) -> Pool:
        """For signing in and call control."""
        return self.pool(Work.DESK)

    @property
    def recorder(self) -> Pool:
        """For what is recorded of calls."""
        return self.pool(Work.RECORDER)

    @property
    def lists(self) -> Pool:
        """For searches and reports; reading there raises TookTooLong."""
        return self.pool(Work.LISTS)

    def session(self) -> AbstractAsyncContextManager[AsyncSession]:
        """A read-only session that sees one state of the database from its first query to its end."""
        return self.pool(Work.ORDINARY).session()

    def transaction(self) -> AbstractAsyncContextManager[AsyncSession]:
        """A session that commits at the end of the block, or leaves nothing when the block raises."""
        return self.pool(Work.ORDINARY).transaction()

    @contextmanager
    def told_of_commits(self, listener: Listener) -> Iterator[None]:
        """While the block runs, `listener` is called after each transaction of this process, at once.

        Not after those of the recorder, which come all the time.
        """
        self._listeners.add(listener)
        try:
            yield
        finally:
            self._listeners.discard(listener)

    async def schema(self) -> Schema:
        """How the tables are, and which migrations are to come. Raises SchemaTooNew."""
        async with self.session() as session:
            return await (await session.connection()).run_sync(schema_of)

    async def migrate(self, program: Mapping[str, str] | None = None) -> None:
        """Bring the schema to this version's; safe when several processes start at once.

        All of it or nothing, whatever happens meanwhile. `program` is noted as the one whose tables they are.
        Raises SchemaTooNew.
        """
        engine = self._engine_for_migrating()
        try:
            async with engine.begin() as connection:
                changed = await connection.run_sync(upgrade)
                if program is not None:
                    await connection.run_sync(note_program, program)
        finally:
            await engine.dispose()
        if changed:
            await self.analyse()

    async def analyse(self) -> None:
        """Bring up to date what the planner goes by; cheap on SQLite, needed there now and then."""
        if self._sqlite_writer is not None:
            await statistics.analyse(self._sqlite_writer)
            # New connections read the statistics; those in use are closed when they come back.
            await self._forget_connections()
            return
        engine = self._engine_for_migrating()
        try:
            await statistics.analyse(engine)
        finally:
            await engine.dispose()

    async def close(self) -> None:
        """Close all connections; what is being done ends. The database can be used again afterwards."""
        for limit in self._running:
            limit.abandon()
        backends = [limit.backend for limit in self._running if limit.backend is not None]
        if backends:
            await engines.cancel_postgres(self.url, backends)
        await self._forget_connections()
        if self._sqlite_writer is not None:
            await self._sqlite_writer.dispose()

    async def _forget_connections(self) -> None:
        for pool in self._pools.values():
            await pool.reader.dispose()

    def _tell(self, work: Work) -> None:
        if work is not Work.RECORDER:
            for listener in tuple(self._listeners):
                listener()

    def _pool(self, work: Work, share: Share) -> Pool:
        if self._sqlite_writer is not None:
            reader, writer = self._engine_for_reading_sqlite(work, share), self._sqlite_writer
        else:
            options = engines.postgres_options(share.connections, share.more, share.limit_s, work=work)
            writer = engines.tune_postgres(create_async_engine(self.url, **options))
            reader = writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        return Pool(
            work,
            share.limit_s,
            reader=reader,
            writer=writer,
            running=self._running,
            committed=self._tell,
            audit_key=self.audit_key,
        )

    def _engine_for_writing_sqlite(self) -> AsyncEngine:
        self._create_private_file()
        options = {"pool_size": 1, "max_overflow": 0, "pool_timeout": _TURN_WITHIN_S}
        engine = create_async_engine(self.url, **options, **engines.SQLITE_OPTIONS)
        engines.tune_sqlite(engine, begin="BEGIN IMMEDIATE", busy_timeout_s=self._busy_timeout_s)
        return watch_sqlite(engine)

    def _engine_for_reading_sqlite(self, work: Work, share: Share) -> AsyncEngine:
        options = {"pool_size": share.connections, "max_overflow": share.more}
        engine = create_async_engine(self.url, **options, **engines.SQLITE_OPTIONS)
        engines.tune_sqlite(engine, begin="BEGIN", busy_timeout_s=self._busy_timeout_s, read_only=True)
        if work is Work.LISTS:
            engines.yield_to_others(engine)
        return watch_sqlite(engine)

    def _engine_for_migrating(self) -> AsyncEngine:
        if not self.is_sqlite:
            options = engines.postgres_options(1, 0, work="migration")
            return engines.tune_postgres(create_async_engine(self.url, **options))
        # Alembic changes a SQLite table by copying it, which enforced foreign keys would turn into deletions.
        return engines.tune_sqlite(
            create_async_engine(self.url, **engines.SQLITE_OPTIONS),
            begin="BEGIN IMMEDIATE",
            busy_timeout_s=60.0,
            foreign_keys=False,
        )

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
