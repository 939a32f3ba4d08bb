"""A worker for tests, jobs that leave an effect in the database, and waiting for what becomes of them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database
from storage.job_state import JobState
from storage.repositories.audit import Audit
from storage.repositories.job_lists import JobLists
from storage.tables import AuditEntry, Job
from work.handlers import Attempt, Handler, in_transaction
from work.jobs import enqueue
from work.rules.kinds import Kind
from work.rules.retries import RetryRule
from work.settings import WorkerSettings
from work.worker import Worker

AT_ONCE = RetryRule(attempts=3, first_wait_s=0.0)
NOTE = Kind("test.note", retry=AT_ONCE)
QUICK = WorkerSettings(look_every_s=0.05, beat_every_s=0.05, after_trouble_s=0.05)


class Clock:
    """Stands still until it is put forward."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def utc_now() -> datetime:
    return datetime.now(UTC)


async def note(session: AsyncSession, attempt: Attempt) -> None:
    """An effect that shows when it is made twice."""
    entry = AuditEntry(at=utc_now(), via="", action="noted", result="", object=attempt.uid, detail={})
    await Audit(session).add(entry)


NOTES = Handler(NOTE, in_transaction(note))


async def noted(database: Database) -> list[str]:
    """The uid of the job behind each effect."""
    async with database.session() as session:
        return list(await session.scalars(select(AuditEntry.object).where(AuditEntry.action == "noted")))


async def make(database: Database, kind: Kind = NOTE, *, now: datetime | None = None, **options: Any) -> int:
    """A job in a transaction of its own."""
    async with database.transaction() as session:
        return await enqueue(session, kind, options.pop("args", {}), now=now or utc_now(), **options)


async def job(database: Database, job_id: int) -> Job:
    async with database.session() as session:
        found = await JobLists(session).by_id(job_id)
    assert found is not None
    return found


async def becomes(database: Database, job_id: int, *states: JobState) -> Job:
    """The job, once it is in one of these states."""
    async with asyncio.timeout(10):
        while (found := await job(database, job_id)).state not in states:  # noqa: ASYNC110 - it is in a database
            await asyncio.sleep(0.01)
    return found


@contextlib.asynccontextmanager
async def working(
    database: Database,
    *handlers: Handler,
    settings: WorkerSettings = QUICK,
    clock: Callable[[], datetime] = utc_now,
) -> AsyncIterator[Worker]:
    """A worker that is ended like the service's."""
    worker = Worker(database, handlers, clock, settings)
    task = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
