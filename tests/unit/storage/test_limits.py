"""Reading ends when it takes too long, when nobody waits for it any more, and when the database is closed."""

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from storage import limits
from storage.database import Database
from storage.limits import Limit, TookTooLong
from storage.pools import SHARES, Stalled, Work
from tests.support.slow_queries import reads_for_ever, until_reading

PATIENCE_S = 20
ONE = text("SELECT 1")


@pytest.fixture
async def impatient(db: Database) -> AsyncIterator[Database]:
    """The same database, where nothing may take more than a tenth of a second."""
    database = Database(db.url, limits_s=dict.fromkeys(Work, 0.1))
    yield database
    await database.close()


async def test_a_list_that_takes_too_long_is_ended(impatient: Database) -> None:
    async with asyncio.timeout(PATIENCE_S):
        with pytest.raises(TookTooLong):
            async with impatient.lists.session() as session:
                await reads_for_ever(session)
        async with impatient.lists.session() as session:
            assert await session.scalar(ONE) == 1


@pytest.fixture
async def patient(db: Database) -> AsyncIterator[Database]:
    """The same database, where all may take longer than these tests."""
    database = Database(db.url, limits_s=dict.fromkeys(Work, PATIENCE_S * 10))
    yield database
    await database.close()


async def test_what_nobody_waits_for_is_ended_in_the_database_too(patient: Database) -> None:
    async def read() -> None:
        async with patient.lists.session() as session:
            await reads_for_ever(session)

    async with asyncio.timeout(PATIENCE_S):
        reading = asyncio.create_task(read())
        async with until_reading(patient):
            reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading


@pytest.mark.parametrize("work", Work)
@pytest.mark.parametrize("kind", ["session", "transaction"])
async def test_closing_the_database_ends_what_is_being_done(patient: Database, work: Work, kind: str) -> None:
    async def read() -> None:
        async with getattr(patient.pool(work), kind)() as session:
            await reads_for_ever(session)

    async with asyncio.timeout(PATIENCE_S):
        reading = asyncio.create_task(read())
        async with until_reading(patient):
            await patient.close()
        (problem,) = await asyncio.gather(reading, return_exceptions=True)
        assert isinstance(problem, Exception)


@pytest.mark.parametrize("work", [Work.DESK, Work.RECORDER, Work.ORDINARY])
@pytest.mark.parametrize("kind", ["session", "transaction"])
async def test_what_never_takes_long_counts_as_a_database_that_is_away_when_it_does(
    impatient: Database, work: Work, kind: str
) -> None:
    async def work_for_ever() -> None:
        async with getattr(impatient.pool(work), kind)() as session:
            await session.execute(ONE)
            await reads_for_ever(session)

    async with asyncio.timeout(PATIENCE_S):
        with pytest.raises(Stalled):
            await work_for_ever()
        async with impatient.pool(work).transaction() as session:
            await session.execute(text("UPDATE users SET name = name"))


def test_a_transaction_may_take_longer_than_one_of_its_statements(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(limits, "time", SimpleNamespace(monotonic=lambda: now))
    reading, transaction = Limit(5), Limit(5, each_statement=True)
    for limit in (reading, transaction):
        limit.begin(None)
    now = 4.0
    for limit in (reading, transaction):
        limit.next_statement()
    now = 6.0
    assert (reading.is_over, transaction.is_over) == (True, False)
    now = 9.0
    assert transaction.is_over


async def test_statistics_have_no_limit(impatient: Database) -> None:
    async def stall() -> None:
        async with impatient.transaction() as session:
            await reads_for_ever(session)

    with pytest.raises(Stalled):
        await stall()
    async with asyncio.timeout(PATIENCE_S):
        await impatient.analyse()


@pytest.mark.parametrize("busy", Work)
async def test_no_work_waits_for_the_connections_of_another(patient: Database, busy: Work) -> None:
    async def read() -> None:
        async with patient.pool(busy).session() as session:
            await reads_for_ever(session)

    share = SHARES[busy]
    async with asyncio.timeout(PATIENCE_S):
        readings = [asyncio.create_task(read()) for _ in range((share.connections + share.more) * 2)]
        async with until_reading(patient):
            for work in set(Work) - {busy}:
                async with patient.pool(work).session() as session:
                    assert await session.scalar(ONE) == 1
                async with patient.pool(work).transaction() as session:
                    await session.execute(text("UPDATE users SET name = name"))
            for reading in readings:
                reading.cancel()
        await asyncio.gather(*readings, return_exceptions=True)
