"""Schedules become jobs: each moment once, of the missed ones the last, nothing where nothing is wanted."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database
from storage.job_state import JobState as S
from storage.tables import Job
from tests.support.jobs import NOTES, working
from tests.support.waiting import until
from work.handlers import Schedule
from work.planner import Planner
from work.rules.moments import Cron, Every

HOURLY = replace(NOTES, schedules=(Schedule(Every(3600), args={"a": 1}),))
START = datetime(2026, 3, 2, 12, 0, 1, tzinfo=UTC)


async def made(db: Database) -> Sequence[Job]:
    async with db.session() as session:
        return (await session.scalars(select(Job).order_by(Job.id))).all()


async def run_all(db: Database) -> None:
    """As if a worker had done them."""
    async with db.transaction() as session:
        for job in await session.scalars(select(Job).where(Job.state == S.QUEUED)):
            job.state = S.DONE


async def moments(db: Database) -> list[str]:
    return [job.args["moment"][11:16] for job in await made(db)]


async def test_each_moment_becomes_one_job_and_the_past_of_a_new_schedule_none(db: Database) -> None:
    planner = Planner([HOURLY], db)
    await planner.plan(START)
    assert await made(db) == []
    assert planner.next_at == START.replace(hour=13, second=0)
    await planner.plan(START + timedelta(minutes=59, seconds=58))
    assert await made(db) == []
    for _ in range(2):
        await planner.plan(START + timedelta(hours=1))
    (job,) = await made(db)
    assert (job.kind, job.key, job.due_at) == ("test.note", "test.note", START + timedelta(hours=1))
    assert job.args == {"a": 1, "moment": "2026-03-02T13:00:00+00:00"}


async def test_two_workers_make_it_once_and_the_one_that_was_late_goes_on(db: Database) -> None:
    planners = [Planner([HOURLY], db) for _ in range(2)]
    for hour in range(4):
        for planner in planners:
            await planner.plan(START + timedelta(hours=hour))
        await run_all(db)
    assert await moments(db) == ["13:00", "14:00", "15:00"]


async def test_of_what_was_missed_the_last_is_made_up_for(db: Database) -> None:
    await Planner([HOURLY], db).plan(START)
    later = Planner([HOURLY], db)
    await later.plan(START + timedelta(hours=5, minutes=30))
    assert await moments(db) == ["17:00"]
    assert later.next_at == START + timedelta(hours=5, minutes=59, seconds=59)


async def test_while_one_waits_the_next_takes_its_place(db: Database) -> None:
    planner = Planner([HOURLY], db)
    for hour in range(3):
        await planner.plan(START + timedelta(hours=hour))
    assert await moments(db) == ["14:00"]


async def test_a_day_with_a_change_of_clocks_has_one_night_and_all_its_quarters(db: Database) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    nightly = Schedule(Cron("30 2 * * *", berlin), name="nightly")
    quarters = Schedule(Cron("*/15 * * * *", berlin), name="quarters")
    for change, hours in (
        (datetime(2026, 3, 28, 23, tzinfo=UTC), 23),
        (datetime(2026, 10, 24, 22, tzinfo=UTC), 25),
    ):
        planner = Planner([replace(NOTES, schedules=(nightly, quarters))], db)
        await planner.plan(change)
        await run_all(db)
        before = len(await made(db))
        for minute in range(hours * 60):
            if minute % 15 == 0:
                await planner.plan(change + timedelta(minutes=minute))
                await run_all(db)
        day = (await made(db))[before:]
        assert [job.key for job in day].count("test.note/nightly") == 1
        assert [job.key for job in day].count("test.note/quarters") == hours * 4 - 1


async def test_where_nothing_is_wanted_nothing_is_written(db: Database) -> None:
    wanted = False

    async def asked(session: AsyncSession) -> bool:
        return wanted

    planner = Planner([replace(NOTES, schedules=(Schedule(Every(3600), wanted=asked),))], db)
    await planner.plan(START)
    await planner.plan(START + timedelta(hours=1))
    assert await made(db) == []
    assert planner.next_at == START.replace(hour=14, second=0)
    wanted = True
    await planner.plan(START + timedelta(hours=2))
    assert await moments(db) == ["14:00"]


async def test_a_schedule_that_cannot_be_followed_is_tried_again_and_keeps_no_other_from_it(
    db: Database,
) -> None:
    broken = True

    async def asked(session: AsyncSession) -> bool:
        if broken:
            raise OSError
        return True

    failing = Schedule(Every(3600), wanted=asked, name="broken")
    planner = Planner([replace(NOTES, schedules=(failing,)), HOURLY], db)
    await planner.plan(START)
    now = START + timedelta(hours=1)
    await planner.plan(now)
    assert [job.key for job in await made(db)] == ["test.note"]
    assert planner.next_at == now + timedelta(seconds=30)
    broken = False
    await planner.plan(now + timedelta(seconds=30))
    assert [job.key for job in await made(db)] == ["test.note", "test.note/broken"]
    assert await moments(db) == ["13:00", "13:00"]


async def test_a_worker_follows_its_schedules(db: Database) -> None:
    async def two_done() -> bool:
        return [job.state for job in await made(db)].count(S.DONE) == 2

    async with working(db, replace(NOTES, schedules=(Schedule(Every(1)),))):
        await until(two_done)


async def test_without_schedules_there_is_no_moment(db: Database) -> None:
    planner = Planner([], db)
    await planner.plan(START)
    assert planner.next_at is None
