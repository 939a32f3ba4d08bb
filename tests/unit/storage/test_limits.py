"""Reading ends when it takes too long, when nobody waits for it any more, and when the database is closed."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from storage.database import LISTS_AT_ONCE, Database
from storage.limits import TookTooLong
from tests.support.slow_queries import reads_for_ever, until_reading

PATIENCE_S = 20


@pytest.fixture
async def impatient(db: Database) -> AsyncIterator[Database]:
    """The same database, whose lists may take a tenth of a second."""
    database = Database(db.url, list_limit_s=0.1)
    yield database
    await database.close()


async def test_a_list_that_takes_too_long_is_ended(impatient: Database) -> None:
    async with asyncio.timeout(PATIENCE_S):
        with pytest.raises(TookTooLong):
            async with impatient.listing() as session:
                await reads_for_ever(session)
        async with impatient.listing() as session:
            assert await session.scalar(text("SELECT 1")) == 1


@pytest.fixture
async def patient(db: Database) -> AsyncIterator[Database]:
    """The same database, whose lists may take longer than these tests."""
    database = Database(db.url, list_limit_s=PATIENCE_S * 10)
    yield database
    await database.close()


async def test_what_nobody_waits_for_is_ended_in_the_database_too(patient: Database) -> None:
    async def read() -> None:
        async with patient.listing() as session:
            await reads_for_ever(session)

    async with asyncio.timeout(PATIENCE_S):
        reading = asyncio.create_task(read())
        async with until_reading(patient):
            reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading


@pytest.mark.parametrize("kind", ["session", "listing"])
async def test_closing_the_database_ends_what_is_being_read(patient: Database, kind: str) -> None:
    async def read() -> None:
        async with getattr(patient, kind)() as session:
            await reads_for_ever(session)

    async with asyncio.timeout(PATIENCE_S):
        reading = asyncio.create_task(read())
        async with until_reading(patient):
            await patient.close()
        (problem,) = await asyncio.gather(reading, return_exceptions=True)
        assert isinstance(problem, Exception)


async def test_lists_do_not_hold_up_what_calls_and_sign_ins_need(patient: Database) -> None:
    async def read() -> None:
        async with patient.listing() as session:
            await reads_for_ever(session)

    async with asyncio.timeout(PATIENCE_S):
        readings = [asyncio.create_task(read()) for _ in range(LISTS_AT_ONCE * 4)]
        async with until_reading(patient):
            async with patient.session() as session:
                assert await session.scalar(text("SELECT 1")) == 1
            async with patient.transaction() as session:
                await session.execute(text("UPDATE users SET name = name"))
            for reading in readings:
                reading.cancel()
        await asyncio.gather(*readings, return_exceptions=True)
