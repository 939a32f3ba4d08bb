"""What is read for a list, a look-up or the start does not grow with the number of past calls (SQLite)."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import event, text

from bench.history import lists
from bench.past_calls import load_past_calls
from storage.database import Database
from storage.pools import Work as KindOfWork
from storage.recordings.losses import note_missing
from storage.repositories import history
from storage.repositories.history import History
from storage.repositories.recordings import Recordings
from storage.rows.calls import HistoryFilter
from tests.support.databases import sqlite_database, sqlite_url

NEWEST = datetime(2026, 3, 1, 12, tzinfo=UTC)
# As busy in the one as in the other: only the past is longer.
DAYS_OF = {2_000: 90, 8_000: 360}
FEW, MANY = DAYS_OF
STEPS = 20
NOT_ENOUGH_THERE = "history, an agent and a queue that they never served"


class Work:
    """Counts the steps of SQLite's machine, in twenties."""

    def __init__(self) -> None:
        self.steps = 0

    def __call__(self) -> bool:
        self.steps += 1
        return False


@pytest.fixture(scope="module")
def filled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[int, Database]:
    """A database with few past calls and one with many."""
    databases = {}
    for calls in (FEW, MANY):
        folder = tmp_path_factory.mktemp(f"past-{calls}")
        asyncio.run(_fill(sqlite_template, folder, calls))
        databases[calls] = Database(sqlite_url(folder / "ringdesk.db"))
    return databases


async def _fill(template: Path, folder: Path, calls: int) -> None:
    async with sqlite_database(template, folder) as database:
        await database.analyse()  # as a migration does, which keeps a connection
        await load_past_calls(database, calls, NEWEST, days=DAYS_OF[calls])


@contextmanager
def counted(database: Database) -> Iterator[Work]:
    """The work of every connection for reading that is opened within the block."""
    work = Work()

    def install(dbapi_connection: Any, _record: object) -> None:
        dbapi_connection.run_async(lambda c: c.set_progress_handler(work, STEPS))

    engines = [database.pool(work).reader.sync_engine for work in KindOfWork]
    for engine in engines:
        event.listen(engine, "connect", install)
    try:
        yield work
    finally:
        for engine in engines:
            event.remove(engine, "connect", install)


async def steps_of(database: Database, name: str, *, analysed: bool) -> int:
    try:
        await database.analyse()
        if not analysed:
            async with database.transaction() as session:
                await session.execute(text("DELETE FROM sqlite_stat1"))
        with counted(database) as work:
            await asked(database)[name]()
        return work.steps
    finally:
        await database.close()


def asked(database: Database) -> dict[str, Any]:
    async def search() -> None:
        async with database.lists.session() as session:
            page = await History(session).page(HistoryFilter(text="nobody is called so"), patience_s=0)
        assert page.searched_to is not None

    async def look_for_losses() -> None:
        assert await note_missing(database, (), now=NEWEST) == []
        async with database.session() as session:
            await Recordings(session).count_lost(NEWEST - timedelta(days=1))

    return {
        **lists(database, NEWEST, limit=10, long_ago_days=60),
        "text search": search,
        "lost recordings": look_for_losses,
    }


NAMES = [name for name in asked(cast(Database, None)) if name != NOT_ENOUGH_THERE]


@pytest.mark.parametrize("analysed", [True, False], ids=["with statistics", "without"])
@pytest.mark.parametrize("name", NAMES)
async def test_work_does_not_grow(
    filled: dict[int, Database], name: str, analysed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "FIRST_STRIDE", 20)
    few, many = [await steps_of(filled[calls], name, analysed=analysed) for calls in (FEW, MANY)]
    assert few > 0
    assert many <= few * 1.3 + 10, f"{few} with {FEW} calls, {many} with {MANY}"
