"""Keeps the queue in order: this worker's signs of life, jobs left behind by others, jobs nobody can do."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from storage.pools import Connections
from storage.repositories.job_keeping import JobWorkers
from storage.repositories.job_lists import JobLists
from storage.repositories.jobs import Jobs, LeasedJob
from work.attempts import Attempts
from work.rules.kinds import Kind
from work.rules.retries import RetryRule
from work.sentences import LEFT, NOBODYS
from work.settings import WorkerSettings

log = structlog.get_logger(__name__)


class Keeper:
    """Works beside the worker, so that jobs that fill all its places do not silence it."""

    def __init__(
        self,
        name: str,
        kinds: Mapping[str, Kind],
        database: Connections,
        attempts: Attempts,
        clock: Callable[[], datetime],
        settings: WorkerSettings,
    ) -> None:
        self._name = name
        self._kinds = kinds
        self._database = database
        self._attempts = attempts
        self._clock = clock
        self._settings = settings
        self._beat_at: datetime | None = None
        self.dead = 0
        """How many jobs wait for somebody who runs them again, at the last look."""

    async def run(self, is_busy: Callable[[], bool]) -> None:
        """Work until cancelled."""
        while True:
            try:
                await self.look(busy=is_busy())
            except Exception as problem:
                log.warning("jobs_not_kept_in_order", problem=repr(problem))
            await asyncio.sleep(self._settings.beat_every_s)

    async def beat(self, session: AsyncSession, now: datetime) -> None:
        """A sign of life of this worker."""
        await JobWorkers(session).beat(self._name, self._kinds, now)
        self._beat_at = now

    async def look(self, *, busy: bool) -> None:
        """Once. Whoever has nothing to do gives a sign of life more rarely."""
        now = self._clock()
        idle_beat = timedelta(seconds=self._settings.idle_beat_s)
        if busy or self._beat_at is None or now - self._beat_at >= idle_beat:
            async with self._database.transaction() as session:
                await self.beat(session, now)
                await JobWorkers(session).forget(now - 10 * idle_beat)
        overdue = now - timedelta(seconds=self._settings.unknown_after_s)
        async with self._database.session() as session:
            jobs = Jobs(session)
            abandoned = await jobs.abandoned(now - timedelta(seconds=self._settings.lost_after_s))
            unknown = await jobs.unknown_kinds(due_before=overdue, beat_since=now - 3 * idle_beat)
            self.dead = await JobLists(session).dead()
        for job in abandoned:
            await self._take_back(job)
        for kind in unknown:
            async with self._database.transaction() as session:
                await Jobs(session).bury_kind(kind, due_before=overdue, now=now, why=NOBODYS)
            log.error("jobs_of_unknown_kind_dead", kind=kind)

    async def _take_back(self, job: LeasedJob) -> None:
        """Its worker may have ended because of it, so this counts as a failure."""
        kind = self._kinds.get(job.kind)
        fate = self._attempts.fate_of(job, kind.retry if kind else RetryRule(), LEFT)
        log.warning("job_taken_back", kind=job.kind, job=job.id)
        async with self._database.transaction() as session:
            await self._attempts.settle(session, job, fate)
