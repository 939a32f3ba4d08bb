"""Who works at jobs, and up to which moment schedules are planned."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.repositories.jobs import changed
from storage.repositories.statements import excluded, insert_into
from storage.tables import JobSchedule, JobWorker


class JobWorkers:
    """Processes that work at jobs."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def beat(self, name: str, kinds: Collection[str], now: datetime) -> None:
        """A sign of life of one that can do these kinds."""
        statement = insert_into(self._session, JobWorker).values(name=name, kinds=sorted(kinds), beat_at=now)
        await self._session.execute(
            statement.on_conflict_do_update(
                index_elements=["name"], set_=excluded(statement, ["kinds", "beat_at"])
            )
        )

    async def leave(self, name: str) -> None:
        """One ends."""
        await self._session.execute(delete(JobWorker).where(JobWorker.name == name))

    async def forget(self, beat_before: datetime) -> None:
        """Those that gave no sign of life since are gone."""
        await self._session.execute(delete(JobWorker).where(JobWorker.beat_at < beat_before))


class JobSchedules:
    """How far each schedule has been turned into jobs."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def planned(self) -> Mapping[str, datetime]:
        """By name; a schedule that is new is not in it."""
        rows = await self._session.execute(select(JobSchedule.name, JobSchedule.planned_until))
        return {name: until for name, until in rows}

    async def begin(self, name: str, moment: datetime) -> None:
        """A new one, whose moments until then are no concern of ours."""
        statement = insert_into(self._session, JobSchedule).values(name=name, planned_until=moment)
        await self._session.execute(statement.on_conflict_do_nothing(index_elements=["name"]))

    async def advance(self, name: str, moment: datetime) -> bool:
        """This moment is taken; False when it was already, here or elsewhere."""
        before = (JobSchedule.name == name) & (JobSchedule.planned_until < moment)
        return (
            await changed(self._session, update(JobSchedule).where(before).values(planned_until=moment)) == 1
        )
