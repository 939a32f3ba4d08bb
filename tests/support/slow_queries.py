"""A query that never ends by itself, on either database, and whether one runs."""

import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from storage import limits
from storage.database import Database
from tests.support.waiting import until

_FOR_EVER = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
    "postgresql": "SELECT pg_sleep(600)",
}
_RUNNING = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query = 'SELECT pg_sleep(600)'"
# SQLite asks its watch about every millisecond of a statement.
_UNASKED_S = 0.2


async def reads_for_ever(session: AsyncSession) -> None:
    """Runs until somebody ends it."""
    await session.execute(text(_FOR_EVER[session.get_bind().dialect.name]))


@asynccontextmanager
async def until_reading(database: Database) -> AsyncIterator[None]:
    """Waits until such a query runs; after the block, until none does any more."""
    if database.is_sqlite:
        with _asked() as asked:
            await until(_as_async(asked.is_set))
            yield
            await until(_as_async(lambda: _no_longer(asked)))
    else:
        other = Database(database.url)
        try:
            await until(lambda: _some(other))
            yield
            await until(lambda: _none(other))
        finally:
            await other.close()


@contextmanager
def _asked() -> Iterator[threading.Event]:
    """Set by the thread of a statement that runs."""
    asked, original = threading.Event(), limits._Watch.__call__

    def note(watch: limits._Watch) -> bool:
        asked.set()
        return original(watch)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits._Watch, "__call__", note)
        yield asked


def _no_longer(asked: threading.Event) -> bool:
    asked.clear()
    return not asked.wait(_UNASKED_S)


def _as_async(question: Callable[[], bool]) -> Callable[[], Awaitable[bool]]:
    async def ask() -> bool:
        return question()

    return ask


async def _some(database: Database) -> bool:
    async with database.session() as session:
        return bool(await session.scalar(text(_RUNNING)))


async def _none(database: Database) -> bool:
    return not await _some(database)
