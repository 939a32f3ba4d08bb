"""Finished jobs are forgotten after their time, and SQLite's statistics are counted anew."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from storage.database import Database
from storage.job_state import JobState as S
from storage.repositories.journal import Journal
from storage.tables import Job
from tests.support.jobs import Clock
from tests.unit.storage.builders import a_call
from work import upkeep
from work.handlers import Attempt


async def made(db: Database) -> Sequence[Job]:
    async with db.session() as session:
        return (await session.scalars(select(Job).order_by(Job.id))).all()


async def test_finished_jobs_are_forgotten_after_their_time(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "AT_ONCE", 2)
    clock = Clock()
    ends = [
        *((S.DONE, 7.1) for _ in range(5)),
        (S.DONE, 6.9),
        (S.SUPERSEDED, 8),
        (S.DEAD, 8),
        (S.DEAD, 89),
        (S.DEAD, 91),
        (S.QUEUED, None),
    ]
    async with db.transaction() as session:
        for number, (state, days) in enumerate(ends):
            at = clock.now if days is None else clock.now - timedelta(days=days)
            finished = None if days is None else at
            session.add(
                Job(
                    uid=str(number),
                    kind="k",
                    version=1,
                    args={},
                    state=state,
                    created_at=at,
                    due_at=at,
                    finished_at=finished,
                )
            )
    await upkeep.upkeep(db, clock)[0].run(Attempt("", {}))
    assert [job.uid for job in await made(db)] == ["5", "7", "8", "10"]


async def test_statistics_are_counted_on_sqlite_alone(db: Database) -> None:
    handlers = {handler.kind.name: handler for handler in upkeep.upkeep(db, Clock())}
    assert ("database.statistics" in handlers) == db.is_sqlite
    assert all(handler.schedules == upkeep.HOURLY for handler in handlers.values())
    if db.is_sqlite:
        async with db.transaction() as session:
            await session.execute(text("DELETE FROM sqlite_stat1"))
            await Journal(session).write_calls([a_call()])
        assert await handlers["database.statistics"].run(Attempt("", {})) is None
        async with db.session() as session:
            tables = set(await session.scalars(text("SELECT tbl FROM sqlite_stat1")))
        assert {"calls", "stints", "legs"} <= tables
