"""The recorder on PostgreSQL: all its tests again, and a server that is stopped and started in mid-call."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from cti.domain.events import StorageRecovered, StorageTrouble
from storage.database import Database
from storage.tables import Call, CallEventRow
from tests.support.databases import make_postgres_database, postgres_database
from tests.support.postgres import PostgresServer, running_postgres
from tests.support.recorded_floor import RecordedFloor
from tests.unit.cti.recorder import test_recorder

for name, value in vars(test_recorder).items():
    if name.startswith("test_"):
        globals()[name] = value


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    with running_postgres() as server:
        make_postgres_database(server)
        yield server


@pytest.fixture
async def db(postgres: PostgresServer) -> AsyncIterator[Database]:
    async with postgres_database(postgres) as database:
        yield database


async def test_a_server_that_was_away_gets_everything_once(
    postgres: PostgresServer, db: Database, tmp_path: Path
) -> None:
    floor = RecordedFloor(db, tmp_path / "spool")
    async with floor.recording():
        floor.play_call("rd-before", 0)
        try:
            await asyncio.to_thread(postgres.stop)
            floor.play_call("rd-while", 10)
            trouble = await floor.told(StorageTrouble)
        finally:
            await asyncio.to_thread(postgres.start)
        floor.play_call("rd-after", 20)
        await floor.told(StorageRecovered)
    assert isinstance(trouble, StorageTrouble)
    assert trouble.reason == "the database does not answer"
    async with db.session() as s:
        assert await s.scalar(select(func.count()).select_from(Call)) == 3
        assert await s.scalar(select(func.count()).select_from(CallEventRow)) == 33
    assert floor.recorder.waiting == 0
