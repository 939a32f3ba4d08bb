"""Connections set apart for each kind of work, so that none of it waits for the connections of another."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Protocol

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from storage.limits import Limit, LimitedSession, TookTooLong, limited_by


class Work(StrEnum):
    """What connections are set apart for."""

    DESK = "desk"  # signing in, sessions, who calls, call control
    RECORDER = "recorder"  # what is recorded of calls, and their recordings
    ORDINARY = "ordinary"
    LISTS = "lists"  # searches and reports
    JOBS = "jobs"  # what is done later


@dataclass(frozen=True, slots=True)
class Share:
    """So many connections, `more` in a rush; after `limit_s` what one of them does is ended.

    A reading may take that long in all, of a transaction each statement. On SQLite the connections are for
    reading: one more writes for all.
    """

    connections: int
    more: int
    limit_s: float


SHARES: Mapping[Work, Share] = {
    Work.DESK: Share(4, 4, limit_s=5.0),
    Work.RECORDER: Share(2, 1, limit_s=30.0),
    # A request is small; a command may read a whole table.
    Work.ORDINARY: Share(4, 4, limit_s=60.0),
    # Somebody waits for it.
    Work.LISTS: Share(3, 0, limit_s=5.0),
    Work.JOBS: Share(2, 3, limit_s=60.0),
}


class Connections(Protocol):
    """Where sessions come from: a database, or the part of it that is set apart for some work."""

    @property
    def audit_key(self) -> bytes:
        """With what entries of the audit are signed; it is not in the database."""

    def session(self) -> AbstractAsyncContextManager[AsyncSession]:
        """A read-only session that sees one state of the database from its first query to its end."""

    def transaction(self) -> AbstractAsyncContextManager[AsyncSession]:
        """A session that commits at the end of the block, or leaves nothing when the block raises."""


class Stalled(TimeoutError):
    """The database did not do in time what never takes long: it counts as being away."""


class Pool:
    """The connections of one kind of work. `running` holds the limits of what is done at this moment."""

    def __init__(
        self,
        work: Work,
        limit_s: float,
        *,
        reader: AsyncEngine,
        writer: AsyncEngine,
        running: set[Limit],
        committed: Callable[[Work], None],
        audit_key: bytes,
    ) -> None:
        self.reader = reader
        self.audit_key = audit_key
        self._too_late = TookTooLong if work is Work.LISTS else Stalled
        self._limit_s = limit_s
        self._read = _sessions(reader)
        self._write = _sessions(writer)
        self._running = running
        self._committed = partial(committed, work)

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """For reading; refuses to write. Raises TookTooLong for a list, Stalled for all else that is late."""
        async with self._limited(self._read, Limit(self._limit_s)) as session:
            yield session

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """For writing; committed at the end of the block. Raises Stalled."""
        limit = Limit(self._limit_s, each_statement=True)
        async with self._limited(self._write, limit) as session, session.begin():
            yield session
        self._committed()

    @asynccontextmanager
    async def _limited(
        self, sessions: async_sessionmaker[AsyncSession], limit: Limit
    ) -> AsyncIterator[AsyncSession]:
        self._running.add(limit)
        try:
            async with sessions(info=limited_by(limit)) as session:
                yield session
        except DBAPIError as error:
            if limit.explains(error):
                raise self._too_late(f"the database took longer than {self._limit_s:g} s") from error
            raise
        finally:
            self._running.discard(limit)


def _sessions(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    return async_sessionmaker(engine, expire_on_commit=False, sync_session_class=LimitedSession)
