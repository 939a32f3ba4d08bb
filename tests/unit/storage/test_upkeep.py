"""Statistics of the database are kept up from the start on, whatever goes wrong once."""

import asyncio
from typing import cast

import pytest
from sqlalchemy import text

from storage import upkeep
from storage.database import Database
from storage.repositories.journal import Journal
from storage.upkeep import keep_statistics
from tests.unit.storage.builders import a_call


async def test_the_start_counts_what_there_is(db: Database) -> None:
    async with db.transaction() as session:
        await session.execute(text("DELETE FROM sqlite_stat1"))
        await Journal(session).write_calls([a_call()])
    counted = asyncio.Event()
    keeping = asyncio.create_task(keep_statistics(_Telling(db, counted)))
    async with asyncio.timeout(10):
        await counted.wait()
    keeping.cancel()
    async with db.session() as session:
        tables = set(await session.scalars(text("SELECT tbl FROM sqlite_stat1")))
    assert {"calls", "stints", "legs"} <= tables


class _Telling(Database):
    """Says when it has counted."""

    def __init__(self, database: Database, counted: asyncio.Event) -> None:
        self._database, self._counted = database, counted
        self.is_sqlite = True

    async def analyse(self) -> None:
        await self._database.analyse()
        self._counted.set()


class _Locked:
    """Cannot count the first time."""

    is_sqlite = True

    def __init__(self) -> None:
        self.tried = 0
        self.counted = asyncio.Event()

    async def analyse(self) -> None:
        self.tried += 1
        if self.tried == 1:
            raise OSError("the database is locked")
        self.counted.set()


async def test_a_failure_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "STATISTICS_EVERY_S", 0.01)
    locked = _Locked()
    keeping = asyncio.create_task(keep_statistics(cast(Database, locked)))
    async with asyncio.timeout(10):
        await locked.counted.wait()
    keeping.cancel()


async def test_postgres_does_it_by_itself() -> None:
    postgres = _Locked()
    postgres.is_sqlite = False
    await keep_statistics(cast(Database, postgres))
    assert postgres.tried == 0
