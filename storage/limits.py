"""Ends what the database does when it takes too long, or when nobody waits for it any more."""

import asyncio
import time
from typing import Any

from sqlalchemy import Connection, ExceptionContext, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import Session

# SQLite asks after so many steps of its machine: about every millisecond of a statement that runs.
_ASKED_EVERY_STEPS = 20_000
_QUERY_CANCELED = "57014"
_LIMIT, _WATCH = "limit", "watch"


class TookTooLong(Exception):
    """A reading was ended because it took longer than it may."""


class Limit:
    """One session may take `limit_s` seconds from its first statement on, or for each of its statements."""

    def __init__(self, limit_s: float, *, each_statement: bool = False) -> None:
        self._limit_s = limit_s
        self._each_statement = each_statement
        self._ends_at = float("inf")
        self._abandoned = False
        self.backend: int | None = None
        """The process of PostgreSQL's that works for it, once one does."""

    def begin(self, backend: int | None) -> None:
        """The first statement is about to run."""
        self._ends_at = time.monotonic() + self._limit_s
        self.backend = backend

    def next_statement(self) -> None:
        """One more statement is about to run."""
        if self._each_statement:
            self._ends_at = time.monotonic() + self._limit_s

    def abandon(self) -> None:
        """Nobody waits for it any more; what runs ends within milliseconds."""
        self._abandoned = True

    @property
    def took_too_long(self) -> bool:
        """Its time is over."""
        return time.monotonic() >= self._ends_at

    @property
    def is_over(self) -> bool:
        """What still runs is to end."""
        return self._abandoned or self.took_too_long

    def explains(self, error: DBAPIError) -> bool:
        """Whether the database ended a statement because of the limit, and not by itself."""
        if self._abandoned:
            return False
        return self.took_too_long or getattr(error.orig, "sqlstate", None) == _QUERY_CANCELED


class LimitedSession(Session):
    """A session whose `info` may hold a Limit, which every statement then obeys."""


class _Watch:
    """What SQLite asks, in the thread of the statement, whether it is to end it."""

    def __init__(self) -> None:
        self.limit: Limit | None = None

    def __call__(self) -> bool:
        return self.limit is not None and self.limit.is_over


def limited_by(limit: Limit) -> dict[str, Any]:
    """What a LimitedSession has to be told."""
    return {_LIMIT: limit}


def watch_sqlite(engine: AsyncEngine) -> AsyncEngine:
    """Give every connection a watch. PostgreSQL needs none: it has time-outs, and its driver cancels."""

    def install(dbapi_connection: Any, record: Any) -> None:
        watch = record.info[_WATCH] = _Watch()
        dbapi_connection.run_async(lambda c: c.set_progress_handler(watch, _ASKED_EVERY_STEPS))

    def next_statement(connection: Connection, *_: object) -> None:
        limit = connection.info[_WATCH].limit
        if limit is not None:
            limit.next_statement()

    def give_up(context: ExceptionContext) -> None:
        # The connection will be closed, which would wait until the statement has ended.
        if isinstance(context.original_exception, asyncio.CancelledError) and context.connection is not None:
            limit = context.connection.info[_WATCH].limit
            if limit is not None:
                limit.abandon()

    def forget(_dbapi_connection: Any, record: Any) -> None:
        # The next one who has this connection may have no limit.
        record.info[_WATCH].limit = None

    event.listen(engine.sync_engine, "connect", install)
    event.listen(engine.sync_engine, "before_cursor_execute", next_statement)
    event.listen(engine.sync_engine, "handle_error", give_up)
    event.listen(engine.sync_engine, "checkin", forget)
    return engine


@event.listens_for(LimitedSession, "after_begin")
def _begin(session: Session, _transaction: object, connection: Connection) -> None:
    limit = session.info.get(_LIMIT)
    if limit is not None:
        limit.begin(_backend_of(connection))
    watch = connection.info.get(_WATCH)
    if watch is not None:
        watch.limit = limit


def _backend_of(connection: Connection) -> int | None:
    driver_connection: Any = connection.connection.driver_connection
    return driver_connection.get_server_pid() if connection.dialect.name == "postgresql" else None
