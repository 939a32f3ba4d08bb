"""Turns the moments of schedules into jobs, each moment once, however many workers there are."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog

from storage.pools import Connections
from storage.repositories.job_keeping import JobSchedules
from work.handlers import Handler, Schedule
from work.jobs import enqueue
from work.rules.kinds import Kind

log = structlog.get_logger(__name__)

AFTER_TROUBLE = timedelta(seconds=30)


class Planner:
    """Follows all schedules."""

    def __init__(self, handlers: Iterable[Handler], database: Connections) -> None:
        self._schedules = {
            _name(handler.kind, schedule): (handler.kind, schedule)
            for handler in handlers
            for schedule in handler.schedules
        }
        self._database = database
        self._next: dict[str, datetime] = {}

    @property
    def next_at(self) -> datetime | None:
        """The next moment of any of them; None before the first plan, or without schedules."""
        return min(self._next.values(), default=None)

    async def plan(self, now: datetime) -> None:
        """Make the jobs whose moment has come. Raises what keeps the database from telling how far they are.

        A schedule that cannot be followed now is tried again, and keeps no other from it.
        """
        if not self._next:
            await self._begin(now)
        for name, moment in list(self._next.items()):
            if moment <= now:
                self._next[name] = await self._follow(name, now)

    async def _begin(self, now: datetime) -> None:
        """Where each was left; for a new one the past does not count."""
        async with self._database.session() as session:
            planned = await JobSchedules(session).planned()
        new = self._schedules.keys() - planned
        if new:
            async with self._database.transaction() as session:
                for name in sorted(new):
                    await JobSchedules(session).begin(name, now)
        for name, (_, schedule) in self._schedules.items():
            self._next[name] = schedule.moments.first_after(planned.get(name, now))

    async def _follow(self, name: str, now: datetime) -> datetime:
        """When to look at it again."""
        kind, schedule = self._schedules[name]
        try:
            await self._make(name, kind, schedule, now)
        except Exception as problem:
            log.warning("schedule_not_followed", schedule=name, problem=repr(problem))
            return now + AFTER_TROUBLE
        return schedule.moments.first_after(now)

    async def _make(self, name: str, kind: Kind, schedule: Schedule, now: datetime) -> None:
        moment = schedule.moments.last_until(now)
        if schedule.wanted is not None:
            async with self._database.session() as session:
                if not await schedule.wanted(session):
                    return
        async with self._database.transaction() as session:
            if await JobSchedules(session).advance(name, moment):
                args = {**schedule.args, "moment": moment.isoformat()}
                await enqueue(session, kind, args, key=name, now=now)


def _name(kind: Kind, schedule: Schedule) -> str:
    return f"{kind.name}/{schedule.name}" if schedule.name else kind.name
