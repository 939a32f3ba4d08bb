"""Refused calls in the database: written twice they are one row, listed by page, counted, and let go."""

from dataclasses import replace
from datetime import timedelta

from storage.database import Database
from storage.records import RefusalRecord
from storage.repositories.journal import Journal
from storage.repositories.refused_calls import RefusalTotal, RefusedCalls
from tests.unit.storage.builders import NOON, later

RECORD = RefusalRecord(
    "run:1", NOON, NOON, 1, "codec", "carrier", "+8613800138000", "4001", "198.51.100.7", "G729"
)


async def write(db: Database, *records: RefusalRecord) -> None:
    async with db.transaction() as session:
        await Journal(session).write_refusals(records)


async def rows(db: Database) -> list[tuple[str, int, str]]:
    async with db.session() as session:
        found = await RefusedCalls(session).newest()
    return [(row.uid, row.count, row.number) for row in found]


async def test_a_line_that_counts_more_is_the_same_row_and_an_older_record_takes_nothing_back(
    db: Database,
) -> None:
    await write(db, RECORD)
    await write(db, replace(RECORD, count=7, last_at=later(30)), replace(RECORD, uid="run:2", number="139"))
    await write(db, replace(RECORD, count=3, last_at=later(10)))
    assert await rows(db) == [("run:2", 1, "139"), ("run:1", 7, "+8613800138000")]
    async with db.session() as session:
        row = await RefusedCalls(session).by_id(1)
    assert row is not None
    assert (row.first_at, row.last_at, row.detail) == (NOON, later(30), "G729")


async def test_pages_totals_and_the_last_minutes(db: Database) -> None:
    await write(
        db,
        *(replace(RECORD, uid=f"run:{n}", last_at=later(n), count=n) for n in range(1, 5)),
        replace(RECORD, uid="run:9", cause="stranger", trunk="", last_at=later(2), count=20),
        replace(RECORD, uid="run:8", last_at=later(-90_000), count=100),
    )
    async with db.session() as session:
        calls = RefusedCalls(session)
        first = await calls.newest(limit=2)
        rest = await calls.newest(before=first[-1].id)
        assert [row.uid for row in (*first, *rest)] == ["run:8", "run:9", "run:4", "run:3", "run:2", "run:1"]
        assert await calls.totals(NOON) == [
            RefusalTotal("stranger", "", 20, later(2)),
            RefusalTotal("codec", "carrier", 10, later(4)),
        ]
        assert [row.uid for row in await calls.since(later(3))] == ["run:3", "run:4"]
        assert await calls.last_at({"codec", "stranger"}) == later(4)
        assert await calls.last_at({"stranger", "full"}) == later(2)
        assert await calls.last_at({"full"}) is None


async def test_what_is_old_or_too_much_is_forgotten(db: Database) -> None:
    await write(db, *(replace(RECORD, uid=f"run:{n}", last_at=later(n)) for n in range(10)))
    async with db.transaction() as session:
        assert await RefusedCalls(session).forget(until=later(2), most=100) == 2
        assert await RefusedCalls(session).forget(until=NOON, most=5) == 3
    assert [uid for uid, _, _ in await rows(db)] == [f"run:{n}" for n in range(9, 4, -1)]
    async with db.transaction() as session:
        assert await RefusedCalls(session).forget(until=NOON - timedelta(days=1), most=100) == 0
