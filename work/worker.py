"""Does the jobs that are due, several at a time, until it is cancelled."""

import asyncio
import os
import secrets
import socket
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import datetime

import structlog

from storage.pools import Connections
from storage.repositories.job_keeping import JobWorkers
from storage.repositories.jobs import Jobs, LeasedJob
from work.attempts import RELEASED_WITHIN_S, Attempts
from work.doorbell import listening
from work.handlers import Handler
from work.keeper import Keeper
from work.planner import Planner
from work.settings import WorkerSettings

log = structlog.get_logger(__name__)

DEFAULTS = WorkerSettings()


class Worker:
    """One for each process that works at jobs; on PostgreSQL there may be several on several machines, whose
    clocks have to agree within seconds.
    """

    def __init__(
        self,
        database: Connections,
        handlers: Sequence[Handler],
        clock: Callable[[], datetime],
        settings: WorkerSettings = DEFAULTS,
    ) -> None:
        self._database = database
        self._handlers = {handler.kind.name: handler for handler in handlers}
        self._clock = clock
        self._settings = settings
        self._name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._attempts = Attempts(database, clock)
        self._planner = Planner(handlers, database)
        kinds = {name: handler.kind for name, handler in self._handlers.items()}
        self._keeper = Keeper(self._name, kinds, database, self._attempts, clock, settings)
        self._running: Counter[str] = Counter()
        self._in_trouble = False

    @property
    def trouble(self) -> str | None:
        """One line for the health report, None when all is well."""
        dead = self._keeper.dead
        if not dead:
            return None
        return f"{dead} {'job' if dead == 1 else 'jobs'} failed for good; see ringdesk jobs --failed"

    async def run(self) -> None:
        """Work until cancelled; what is being done then waits again."""
        try:
            with listening() as bell:
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self._keeper.run(lambda: self._running.total() > 0), name="keeper")
                    while True:
                        bell.clear()
                        wait_s = await self._look(tasks, bell)
                        with suppress(TimeoutError):
                            async with asyncio.timeout(wait_s):
                                await bell.wait()
        finally:
            await self._leave()

    async def _look(self, tasks: asyncio.TaskGroup, bell: asyncio.Event) -> float:
        """Begin what is due; returns how long to wait for the next look, if the bell does not ring before."""
        try:
            now = self._clock()
            await self._planner.plan(now)
            due_at = await self._next_due()
            while due_at is not None and due_at <= now:
                job = await self._lease()
                if job is None:
                    # Others have it, or who made it has not committed yet.
                    return self._settings.look_every_s
                tasks.create_task(self._do(job, bell), name=f"job {job.id}")
                due_at = await self._next_due()
        except Exception as problem:
            if not self._in_trouble:
                log.warning("no_jobs_taken", problem=repr(problem))
            self._in_trouble = True
            return self._settings.after_trouble_s
        self._in_trouble = False
        return self._wait_s(due_at, self._planner.next_at)

    def _wait_s(self, *moments: datetime | None) -> float:
        now = self._clock()
        until = [(moment - now).total_seconds() for moment in moments if moment is not None]
        return max(0.0, min([self._settings.look_every_s, *until]))

    async def _next_due(self) -> datetime | None:
        """Of those for which there is room."""
        kinds = self._with_room()
        if not kinds:
            return None
        async with self._database.session() as session:
            return await Jobs(session).next_due(kinds)

    def _with_room(self) -> Collection[str]:
        if self._running.total() >= self._settings.at_once:
            return ()
        return [
            name for name, handler in self._handlers.items() if self._running[name] < handler.kind.at_once
        ]

    async def _lease(self) -> LeasedJob | None:
        """From the lease on this worker is missed if it gives no sign of life."""
        now = self._clock()
        async with self._database.transaction() as session:
            job = await Jobs(session).lease(self._with_room(), worker=self._name, now=now)
            if job is not None:
                await self._keeper.beat(session, now)
        if job is not None:
            self._running[job.kind] += 1
        return job

    async def _do(self, job: LeasedJob, bell: asyncio.Event) -> None:
        try:
            await self._attempts.carry_out(self._handlers[job.kind], job)
        finally:
            self._running[job.kind] -= 1
            bell.set()

    async def _leave(self) -> None:
        with suppress(Exception):
            async with asyncio.timeout(RELEASED_WITHIN_S), self._database.transaction() as session:
                await JobWorkers(session).leave(self._name)
