"""The queue in the database against a slow one in a list, which looks through all of it for every question.

Two workers lease, end, fail, fall silent and come back with leases that count no more, in an order by chance.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from storage.database import Database
from storage.job_state import JobState as S
from storage.repositories.job_keeping import JobWorkers
from storage.repositories.job_lists import JobLists
from storage.repositories.jobs import Jobs, LeasedJob
from storage.tables import Job
from tests.support.jobs import Clock, note, noted
from work.handlers import Attempt
from work.rules.states import JOB_MOVES

LOST = timedelta(seconds=30)
WORKERS, KINDS, KEYS = ("one", "two"), ("a", "b"), (None, "k", "l")
RETRY_AFTER = timedelta(seconds=5)


@dataclass
class Row:
    """What the oracle knows of a job."""

    kind: str
    key: str | None
    args: int
    due_at: datetime
    state: S = S.QUEUED
    attempt: int = 0
    failures: int = 0
    worker: str = ""
    effects: int = 0


class ListOfJobs:
    """The oracle."""

    def __init__(self) -> None:
        self.rows: dict[int, Row] = {}
        self.beats: dict[str, datetime] = {}

    def same(self, row: Row, state: S) -> list[Row]:
        keyed = row.key is not None
        return [
            it
            for it in self.rows.values()
            if keyed and (it.kind, it.key, it.state) == (row.kind, row.key, state)
        ]

    def add(self, row: Row, number: int) -> None:
        """The database has given the number."""
        waiting = self.same(row, S.QUEUED)
        if waiting:
            assert self.rows[number] is waiting[0]
            waiting[0].args, waiting[0].due_at = row.args, min(row.due_at, waiting[0].due_at)
        else:
            assert number > max(self.rows, default=0)
            self.rows[number] = row

    def free(self, kinds: tuple[str, ...]) -> list[tuple[datetime, int]]:
        return sorted(
            (row.due_at, number)
            for number, row in self.rows.items()
            if row.state is S.QUEUED and row.kind in kinds and not self.same(row, S.RUNNING)
        )

    def lease(self, kinds: tuple[str, ...], worker: str, now: datetime) -> int | None:
        due = [number for due_at, number in self.free(kinds) if due_at <= now]
        if not due:
            return None
        row = self.rows[due[0]]
        row.state, row.worker, row.attempt = S.RUNNING, worker, row.attempt + 1
        self.beats[worker] = now
        return due[0]

    def counts(self, lease: LeasedJob) -> bool:
        row = self.rows[lease.id]
        return row.state is S.RUNNING and row.attempt == lease.attempt

    def put_back(self, lease: LeasedJob, due_at: datetime, failures: int) -> None:
        row = self.rows[lease.id]
        if self.counts(lease):
            if self.same(row, S.QUEUED):
                row.state = S.SUPERSEDED
            else:
                row.state, row.due_at, row.failures = S.QUEUED, due_at, failures

    def abandoned(self, now: datetime) -> list[int]:
        living = [worker for worker, beat in self.beats.items() if beat >= now - LOST]
        return [
            number for number, row in self.rows.items() if row.state is S.RUNNING and row.worker not in living
        ]


class Both:
    """Does everything in the database and in the list."""

    def __init__(self, db: Database, chance: random.Random) -> None:
        self.db, self.chance, self.clock, self.oracle = db, chance, Clock(), ListOfJobs()
        self.leases: list[LeasedJob] = []
        self.steps = (
            *[self.make] * 4,
            *[self.lease] * 6,
            *[self.finish] * 3,
            *[self.fail] * 2,
            *[self.time_passes] * 4,
            *[self.bury] * 2,
            self.release,
            self.take_back,
            *[self.rerun] * 2,
            self.a_kind_goes,
        )

    def any_lease(self) -> LeasedJob | None:
        """Also one that does not count any more."""
        return self.chance.choice(self.leases[-6:]) if self.leases else None

    async def make(self) -> None:
        now, n = self.clock.now, self.chance.randrange(1000)
        kind, key = self.chance.choice(KINDS), self.chance.choice(KEYS)
        due_at = now + timedelta(seconds=self.chance.randrange(-5, 20))
        async with self.db.transaction() as session:
            number = await Jobs(session).add(
                kind=kind, version=1, args={"n": n}, key=key, now=now, due_at=due_at
            )
        self.oracle.add(Row(kind, key, n, due_at), number)

    async def lease(self) -> None:
        now, worker = self.clock.now, self.chance.choice(WORKERS)
        kinds = self.chance.choice([("a",), ("a", "b"), ("b",)])
        async with self.db.session() as session:
            next_due = await Jobs(session).next_due(kinds)
        assert next_due == min((due_at for due_at, _ in self.oracle.free(kinds)), default=None)
        async with self.db.transaction() as session:
            leased = await Jobs(session).lease(kinds, worker=worker, now=now)
            if leased is not None:
                await JobWorkers(session).beat(worker, KINDS, now)
                self.leases.append(leased)
        assert (leased.id if leased else None) == self.oracle.lease(kinds, worker, now)

    async def finish(self) -> None:
        if (lease := self.any_lease()) is None:
            return
        async with self.db.transaction() as session:
            ours = await Jobs(session).finish(lease, self.clock.now)
            if ours:
                await note(session, Attempt(lease.uid, {}))
        assert ours == self.oracle.counts(lease)
        if ours:
            self.oracle.rows[lease.id].state = S.DONE
            self.oracle.rows[lease.id].effects += 1

    async def fail(self) -> None:
        if (lease := self.any_lease()) is not None:
            await self._put_back(lease, self.clock.now + RETRY_AFTER, lease.failures + 1)

    async def release(self) -> None:
        if (lease := self.any_lease()) is not None:
            await self._put_back(lease, self.clock.now, lease.failures)

    async def _put_back(self, lease: LeasedJob, due_at: datetime, failures: int) -> None:
        async with self.db.transaction() as session:
            done = await Jobs(session).put_back(
                lease, self.clock.now, due_at=due_at, failures=failures, why=""
            )
        assert done == self.oracle.counts(lease)
        self.oracle.put_back(lease, due_at, failures)

    async def bury(self) -> None:
        if (lease := self.any_lease()) is None:
            return
        async with self.db.transaction() as session:
            ours = await Jobs(session).bury(lease, self.clock.now, "why")
        assert ours == self.oracle.counts(lease)
        if ours:
            row = self.oracle.rows[lease.id]
            row.state, row.failures = S.DEAD, lease.failures + 1

    async def time_passes(self) -> None:
        self.clock.forward(self.chance.choice([1, 5, 20]))
        worker = self.chance.choice(WORKERS)
        async with self.db.transaction() as session:
            await JobWorkers(session).beat(worker, KINDS, self.clock.now)
        self.oracle.beats[worker] = self.clock.now

    async def take_back(self) -> None:
        async with self.db.session() as session:
            abandoned = await Jobs(session).abandoned(self.clock.now - LOST)
        assert [lease.id for lease in abandoned] == self.oracle.abandoned(self.clock.now)
        for lease in abandoned:
            await self._put_back(lease, self.clock.now, lease.failures + 1)

    async def rerun(self) -> None:
        if not self.oracle.rows:
            return
        rows = list(self.oracle.rows.items())
        dead = [(number, row) for number, row in rows if row.state is S.DEAD]
        number, row = self.chance.choice(dead if dead and self.chance.random() < 0.8 else rows)
        waiting = [it for it in self.oracle.same(row, S.QUEUED) if it is not row]
        async with self.db.transaction() as session:
            like = await Jobs(session).waiting_like(number)
            again = like is None and await JobLists(session).rerun(number, self.clock.now)
        assert (like is not None) == bool(waiting)
        assert again == (row.state is S.DEAD and not waiting)
        if again:
            row.state, row.failures, row.due_at = S.QUEUED, 0, self.clock.now

    async def a_kind_goes(self) -> None:
        before = self.clock.now - timedelta(seconds=20)
        async with self.db.transaction() as session:
            await Jobs(session).bury_kind("b", due_before=before, now=self.clock.now, why="")
        for row in self.oracle.rows.values():
            if row.kind == "b" and row.state is S.QUEUED and row.due_at < before:
                row.state = S.DEAD

    async def compare(self) -> None:
        async with self.db.session() as session:
            found = (await session.scalars(select(Job).order_by(Job.id))).all()
        for job, row in zip(found, self.oracle.rows.values(), strict=True):
            assert (job.state, job.attempt, job.failures, job.due_at, job.args, job.kind, job.key) == (
                row.state,
                row.attempt,
                row.failures,
                row.due_at,
                {"n": row.args},
                row.kind,
                row.key,
            ), job.id
            assert (job.finished_at is None) == (job.state in (S.QUEUED, S.RUNNING))
        uids = await noted(self.db)
        assert [uids.count(job.uid) for job in found] == [row.effects for row in self.oracle.rows.values()]
        assert all(row.effects == (row.state is S.DONE) for row in self.oracle.rows.values())


@pytest.mark.parametrize("seed", range(2))
async def test_the_queue_does_what_a_list_would(db: Database, seed: int) -> None:
    both = Both(db, random.Random(seed))
    seen: set[tuple[S, S]] = set()
    for _ in range(200):
        before = {number: row.state for number, row in both.oracle.rows.items()}
        await both.chance.choice(both.steps)()
        await both.compare()
        seen |= {
            (old, both.oracle.rows[number].state)
            for number, old in before.items()
            if both.oracle.rows[number].state is not old
        }
    # The example shows something, and nothing that should not be.
    assert len(seen) >= 5
    assert seen <= {(old, new) for old, moves in JOB_MOVES.items() for new in moves}
