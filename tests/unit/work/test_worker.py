"""Jobs from their making to their end: effects made once, and a clear fate for all that goes wrong."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database
from storage.job_state import JobState as S
from storage.repositories.job_lists import JobLists
from storage.repositories.jobs import Jobs
from storage.tables import JobWorker
from tests.support.jobs import NOTE, NOTES, QUICK, Clock, becomes, job, make, note, noted, utc_now, working
from tests.support.waiting import until
from work import attempts
from work.handlers import Attempt, Effect, Handler, in_transaction
from work.jobs import enqueue
from work.rules.kinds import GiveUp, Kind
from work.settings import WorkerSettings

SLOW_TO_LOOK = WorkerSettings(look_every_s=60.0)


async def test_a_job_exists_when_its_change_does_and_is_done_once(db: Database) -> None:
    async with working(db, NOTES):
        with pytest.raises(ZeroDivisionError):
            await _make_and_fail(db)
        number = await make(db)
        done = await becomes(db, number, S.DONE)
    assert await noted(db) == [done.uid]
    assert (done.attempt, done.failures, done.why) == (1, 0, "")
    assert done.finished_at is not None
    async with db.session() as session:
        assert await JobLists(session).counts() == {S.DONE: 1}


async def _make_and_fail(db: Database) -> None:
    async with db.transaction() as session:
        await enqueue(session, NOTE, {}, now=utc_now())
        raise ZeroDivisionError


async def test_a_job_of_this_process_is_begun_at_once_and_one_due_later_then(db: Database) -> None:
    async with working(db, NOTES, settings=SLOW_TO_LOOK):
        first = await make(db)
        await becomes(db, first, S.DONE)
        clock = Clock()
        later = await make(db, due_at=clock.now.replace(year=2999))
        soon = await make(db)
        await becomes(db, soon, S.DONE)
        assert (await job(db, later)).state == S.QUEUED


async def test_a_job_that_becomes_due_wakes_its_worker_in_time(db: Database) -> None:
    async with working(db, NOTES, settings=SLOW_TO_LOOK):
        due_at = utc_now() + timedelta(seconds=0.3)
        done = await becomes(db, await make(db, due_at=due_at), S.DONE)
    assert done.started_at is not None
    assert done.started_at >= due_at


async def test_a_job_that_another_process_made_is_found_by_looking(db: Database) -> None:
    async with working(db, NOTES):
        async with db.transaction() as session:
            number = await Jobs(session).add(
                kind=NOTE.name, version=1, args={}, key=None, now=Clock().now, due_at=Clock().now
            )
        await becomes(db, number, S.DONE)


async def test_what_fails_for_ever_is_dead_after_its_attempts_and_leaves_no_effect(db: Database) -> None:
    async def fail(session: AsyncSession, attempt: Attempt) -> None:
        await note(session, attempt)
        raise ZeroDivisionError("+8613800138000")

    async with working(db, Handler(NOTE, in_transaction(fail))) as worker:
        dead = await becomes(db, await make(db), S.DEAD)

        async def told() -> str | None:
            return worker.trouble

        assert await until(told) == "1 job failed for good; see ringdesk jobs --failed"
    assert (dead.attempt, dead.failures) == (3, 3)
    assert dead.why.startswith("it failed with ZeroDivisionError")
    assert dead.why.endswith("; the log has more; it was tried 3 times")
    assert "138" not in dead.why
    assert await noted(db) == []


async def test_what_fails_once_is_done_at_the_next_attempt_with_the_same_uid(db: Database) -> None:
    told: list[str] = []

    async def run(attempt: Attempt) -> Effect | None:
        told.append(attempt.uid)
        if len(told) == 1:
            raise OSError
        return None

    async with working(db, Handler(NOTE, run)):
        done = await becomes(db, await make(db), S.DONE)
    assert told == [done.uid, done.uid]
    assert (done.attempt, done.failures) == (2, 1)


async def test_whoever_gives_up_is_not_asked_again_and_says_why(db: Database) -> None:
    async def run(_attempt: Attempt) -> None:
        raise GiveUp("the customer is gone")

    async with working(db, Handler(NOTE, run)):
        dead = await becomes(db, await make(db), S.DEAD)
    assert (dead.attempt, dead.why) == (1, "the customer is gone")


async def test_a_job_that_takes_too_long_is_ended(db: Database) -> None:
    kind = replace(NOTE, limit_s=0.05)

    async def run(_attempt: Attempt) -> None:
        await asyncio.Event().wait()

    async with working(db, Handler(kind, run)):
        dead = await becomes(db, await make(db, kind), S.DEAD)
    assert dead.why == "it took longer than 0.05 s; it was tried 3 times"


async def test_a_time_out_of_the_jobs_own_is_not_its_limit(db: Database) -> None:
    async def run(_attempt: Attempt) -> None:
        raise TimeoutError

    async with working(db, Handler(NOTE, run)):
        dead = await becomes(db, await make(db), S.DEAD)
    assert dead.why.startswith("it failed with TimeoutError")


async def test_arguments_of_an_older_version_are_brought_up_to_date_or_refused(db: Database) -> None:
    seen: list[object] = []

    async def run(attempt: Attempt) -> None:
        seen.append(attempt.args)

    newest = replace(NOTE, version=3, from_version={2: lambda args: {"names": [args["name"]]}})
    made = [
        await make(db, replace(NOTE, version=version), args={"name": "a"}, key=str(version))
        for version in (1, 2, 3, 4)
    ]
    async with working(db, Handler(newest, run)):
        ends = [await becomes(db, number, S.DONE, S.DEAD) for number in made]
    assert [end.state for end in ends] == [S.DEAD, S.DONE, S.DONE, S.DEAD]
    assert ends[0].why == "its arguments are of version 1, which this Ringdesk cannot read any more"
    assert ends[3].why.startswith("its arguments are of version 4, and this Ringdesk reads only up to 3; ")
    assert seen == [{"names": ["a"]}, {"name": "a"}]


async def test_a_job_whose_code_is_gone_is_dead_once_no_living_worker_knows_it(db: Database) -> None:
    clock, gone = Clock(), Kind("gone")
    number = await make(db, gone, now=clock.now)
    knowing = working(db, Handler(gone, NOTES.run), settings=replace(QUICK, at_once=0), clock=clock)
    async with knowing, working(db, NOTES, clock=clock):
        await _beaten(db, clock, 2)
        for _ in range(5):
            clock.forward(151)
            await _beaten(db, clock, 2)
        assert (await job(db, number)).state == S.QUEUED
    async with working(db, NOTES, clock=clock):
        dead = await becomes(db, number, S.DEAD)
    assert dead.why.startswith("no part of this Ringdesk does jobs of this kind any more")


async def test_a_job_of_unknown_kind_waits_while_a_version_that_knows_it_may_come(db: Database) -> None:
    clock = Clock()
    number = await make(db, Kind("gone"), now=clock.now)
    async with working(db, NOTES, clock=clock):
        clock.forward(600)
        await becomes(db, await make(db, now=clock.now), S.DONE)
        await asyncio.sleep(0.2)
        assert (await job(db, number)).state == S.QUEUED


async def _beaten(db: Database, clock: Clock, times: int = 1) -> None:
    """So many workers have given a sign of life now."""

    async def there() -> bool:
        return (await _beats(db)).count(clock.now) >= times

    await until(there)


async def _beats(db: Database) -> list[datetime]:
    async with db.session() as session:
        return list(await session.scalars(select(JobWorker.beat_at)))


async def test_a_job_left_behind_is_done_by_another_and_its_first_worker_can_end_nothing(
    db: Database,
) -> None:
    clock, go_on = Clock(), asyncio.Event()

    async def hang(_attempt: Attempt) -> Effect:
        await go_on.wait()
        return lambda session: note(session, _attempt)

    silent = replace(QUICK, beat_every_s=3600.0, at_once=1)
    async with working(db, Handler(NOTE, hang), settings=silent, clock=clock):
        await _beaten(db, clock)
        clock.forward(100)
        number = await make(db, now=clock.now)
        await becomes(db, number, S.RUNNING)
        # The lease itself is a sign of life.
        assert await _beats(db) == [clock.now]
        clock.forward(30)
        async with working(db, NOTES, clock=clock):
            await asyncio.sleep(0.2)
            assert (await job(db, number)).state == S.RUNNING
            clock.forward(1)
            done = await becomes(db, number, S.DONE)
            assert (done.attempt, done.failures) == (2, 1)
            go_on.set()
            await becomes(db, await make(db, now=clock.now), S.DONE)
    assert len([uid for uid in await noted(db) if uid == done.uid]) == 1


async def test_a_job_that_takes_an_hour_keeps_its_lease(db: Database) -> None:
    clock, go_on = Clock(), asyncio.Event()
    long = replace(NOTE, limit_s=7200.0)

    async def run(attempt: Attempt) -> Effect:
        await go_on.wait()
        return lambda session: note(session, attempt)

    async with working(db, Handler(long, run), clock=clock):
        number = await make(db, long, now=clock.now)
        await becomes(db, number, S.RUNNING)
        async with working(db, NOTES, clock=clock):
            for _ in range(10):
                clock.forward(20)
                await _beaten(db, clock)
            assert (await job(db, number)).attempt == 1
        go_on.set()
        done = await becomes(db, number, S.DONE)
    assert (done.attempt, await noted(db)) == (1, [done.uid])


async def test_what_the_end_of_the_service_interrupts_waits_again_as_if_nothing_had_been(
    db: Database,
) -> None:
    begun = asyncio.Event()

    async def hang(_attempt: Attempt) -> None:
        begun.set()
        await asyncio.Event().wait()

    async with working(db, Handler(NOTE, hang)):
        number = await make(db)
        await begun.wait()
    left = await job(db, number)
    assert (left.state, left.attempt, left.failures, left.why) == (S.QUEUED, 1, 0, "")
    assert await _beats(db) == []
    async with working(db, NOTES):
        assert (await becomes(db, number, S.DONE)).attempt == 2


async def test_no_more_are_done_at_once_than_kind_and_worker_allow(db: Database) -> None:
    running: Counter[str] = Counter()
    most: Counter[str] = Counter()
    go_on = asyncio.Event()

    def counting(kind: Kind) -> Handler:
        async def run(_attempt: Attempt) -> None:
            running[kind.name] += 1
            most[kind.name] = max(most[kind.name], running[kind.name])
            most["all"] = max(most["all"], running.total())
            if running.total() == 3:
                go_on.set()
            await go_on.wait()
            running[kind.name] -= 1

        return Handler(kind, run)

    kinds = Kind("a", at_once=1), Kind("b", at_once=9)
    made = [await make(db, kind) for kind in kinds for _ in range(6)]
    async with working(db, *map(counting, kinds), settings=replace(QUICK, at_once=3)):
        for number in made:
            await becomes(db, number, S.DONE)
    assert (most["a"], most["all"]) == (1, 3)


async def test_of_one_key_one_waits_with_the_newest_arguments_and_the_earliest_time(db: Database) -> None:
    clock = Clock()
    early, late = clock.now.replace(hour=13), clock.now.replace(hour=14)
    first = await make(db, now=clock.now, key="k", due_at=early, args={"n": 1})
    assert await make(db, now=clock.now, key="k", due_at=late, args={"n": 2}) == first
    assert ((await job(db, first)).due_at, (await job(db, first)).args) == (early, {"n": 2})
    assert await make(db, now=clock.now, key="k", args={"n": 3}) == first
    assert ((await job(db, first)).due_at, (await job(db, first)).args) == (clock.now, {"n": 3})
    assert await make(db, now=clock.now, key="other") != first
    assert await make(db, replace(NOTE, name="other"), now=clock.now, key="k") != first
    assert await make(db, now=clock.now) != await make(db, now=clock.now)


async def test_of_one_key_one_runs_at_a_time_and_a_failed_one_gives_way_to_a_newer(db: Database) -> None:
    running: list[int] = []
    most = 0
    fail = asyncio.Event()

    async def run(attempt: Attempt) -> None:
        nonlocal most
        running.append(attempt.args["n"])
        most = max(most, len(running))
        if attempt.args["n"] == 1:
            await fail.wait()
        running.remove(attempt.args["n"])
        if attempt.args["n"] == 1:
            raise OSError

    async with working(db, Handler(NOTE, run)):
        first = await make(db, key="k", args={"n": 1})
        await becomes(db, first, S.RUNNING)
        second = await make(db, key="k", args={"n": 2})
        assert second != first
        await becomes(db, await make(db, key="other", args={"n": 3}), S.DONE)
        assert (await job(db, second)).state == S.QUEUED
        fail.set()
        await becomes(db, second, S.DONE)
        old = await job(db, first)
    assert old.state == S.SUPERSEDED
    assert old.why.startswith(f"job {second} does the same; this one: it failed with OSError")
    assert most == 2


async def test_an_end_that_the_database_does_not_take_is_noted_later(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "NOTED_AGAIN_AFTER_S", 0.01)
    bury, tried = Jobs.bury, 0

    async def refuse(self: Jobs, *args: object) -> bool:
        nonlocal tried
        tried += 1
        if tried < 3:
            raise OSError("away")
        return await bury(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(Jobs, "bury", refuse)

    async def run(_attempt: Attempt) -> None:
        raise GiveUp("no")

    async with working(db, Handler(NOTE, run)):
        await becomes(db, await make(db), S.DEAD)
    assert tried == 3


async def test_a_database_that_is_away_for_a_while_ends_nothing(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    lease, away = Jobs.lease, True

    async def refuse(self: Jobs, *args: object, **named: object) -> object:
        if away:
            raise OSError("away")
        return await lease(self, *args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Jobs, "lease", refuse)
    monkeypatch.setattr(Jobs, "abandoned", refuse)
    async with working(db, NOTES):
        number = await make(db)
        await asyncio.sleep(0.2)
        assert (await job(db, number)).state == S.QUEUED
        away = False
        await becomes(db, number, S.DONE)


async def test_an_idle_worker_only_looks(db: Database) -> None:
    asked: Counter[str] = Counter()

    def count(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        asked[statement.split()[0]] += 1

    event.listen(Engine, "before_cursor_execute", count)
    try:
        async with working(db, NOTES, settings=replace(QUICK, look_every_s=0.01)):
            await asyncio.sleep(0.5)
            # Its sign of life; and those of long ago are forgotten.
            assert {word: asked[word] for word in ("INSERT", "UPDATE", "DELETE")} == {
                "INSERT": 1,
                "UPDATE": 0,
                "DELETE": 1,
            }
            assert asked["SELECT"] > 10
    finally:
        event.remove(Engine, "before_cursor_execute", count)
