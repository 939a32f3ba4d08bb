"""One attempt at a job from its lease to what has become of it."""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from storage.pools import Connections
from storage.repositories.jobs import Jobs, LeasedJob
from work.handlers import Attempt, Effect, Handler
from work.rules.kinds import GiveUp
from work.rules.retries import Bury, RetryRule, TryAgain, after_failure
from work.sentences import took_longer, why_of

log = structlog.get_logger(__name__)

RELEASED_WITHIN_S = 2.0
NOTED_AGAIN_AFTER_S = 5.0


class _NotOurs(Exception):
    """Somebody else has the job by now: this worker was silent for too long."""


class Attempts:
    """Carries jobs out. `fraction` returns a random number from 0 to 1."""

    def __init__(
        self,
        database: Connections,
        clock: Callable[[], datetime],
        fraction: Callable[[], float] = random.random,
    ) -> None:
        self._database = database
        self._clock = clock
        self._fraction = fraction

    async def carry_out(self, handler: Handler, job: LeasedJob) -> None:
        """To its end, whatever that is. Cancelled, the job waits again as if nothing had been."""
        limit = asyncio.timeout(handler.kind.limit_s)
        try:
            async with limit:
                args = handler.kind.read(job.version, job.args)
                effect = await handler.run(Attempt(job.uid, args))
                await self._finish(job, effect)
        except asyncio.CancelledError:
            await self._release(job)
            raise
        except _NotOurs:
            log.warning("job_done_by_another", kind=job.kind, job=job.id)
        except GiveUp as problem:
            await self._note(job, Bury(problem.sentence))
        except Exception as problem:
            why = took_longer(handler.kind.limit_s) if limit.expired() else why_of(problem)
            log.warning("job_failed", kind=job.kind, job=job.id, why=why, exc_info=problem)
            await self._note(job, self.fate_of(job, handler.kind.retry, why))

    def fate_of(self, job: LeasedJob, retry: RetryRule, why: str) -> TryAgain | Bury:
        """What is to become of a job that failed once more."""
        return after_failure(retry, job.failures + 1, why, now=self._clock(), fraction=self._fraction())

    async def settle(self, session: AsyncSession, job: LeasedJob, fate: TryAgain | Bury) -> None:
        """Make it so, if this attempt still counts."""
        now, jobs = self._clock(), Jobs(session)
        if isinstance(fate, TryAgain):
            await jobs.put_back(job, now, due_at=fate.due_at, failures=job.failures + 1, why=fate.why)
        elif await jobs.bury(job, now, fate.why):
            log.error("job_dead", kind=job.kind, job=job.id, why=fate.why)

    async def _finish(self, job: LeasedJob, effect: Effect | None) -> None:
        """The end comes first: it locks the job's row, so nobody takes it over while the effect is made."""
        async with self._database.transaction() as session:
            if not await Jobs(session).finish(job, self._clock()):
                raise _NotOurs
            if effect is not None:
                await effect(session)

    async def _note(self, job: LeasedJob, fate: TryAgain | Bury) -> None:
        """Until the database takes it: while this worker lives, nobody else would look after the job."""
        while True:
            try:
                async with self._database.transaction() as session:
                    await self.settle(session, job, fate)
            except Exception as problem:
                log.warning("end_of_job_not_noted", kind=job.kind, job=job.id, problem=repr(problem))
                await asyncio.sleep(NOTED_AGAIN_AFTER_S)
            else:
                return

    async def _release(self, job: LeasedJob) -> None:
        """At the end of the service. What the database does not take now, the next worker finds abandoned."""
        now = self._clock()
        with suppress(Exception):
            async with asyncio.timeout(RELEASED_WITHIN_S), self._database.transaction() as session:
                await Jobs(session).put_back(job, now, due_at=now, failures=job.failures, why="")
