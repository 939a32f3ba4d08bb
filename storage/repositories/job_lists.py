"""What people see of jobs, and what they may do with them; and how finished ones are let go."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.job_state import JobState
from storage.repositories.jobs import changed
from storage.tables import Job


class JobLists:
    """Lists of jobs."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def by_id(self, job_id: int) -> Job | None:
        """One job."""
        return await self._session.get(Job, job_id)

    async def counts(self) -> Mapping[JobState, int]:
        """How many there are in each state; none where it is missing."""
        rows = await self._session.execute(select(Job.state, func.count()).group_by(Job.state))
        return {JobState(state): count for state, count in rows}

    async def dead(self) -> int:
        """How many wait for somebody who runs them again."""
        return await self._session.scalar(select(func.count()).where(_finished_as(JobState.DEAD))) or 0

    async def in_states(self, states: Collection[JobState], limit: int) -> Sequence[Job]:
        """The newest of them first."""
        query = select(Job).where(Job.state.in_(states)).order_by(Job.id.desc()).limit(limit)
        return (await self._session.scalars(query)).all()

    async def rerun(self, job_id: int, now: datetime) -> bool:
        """Make a dead one wait again, with all its attempts before it; False when it is not dead.

        Not while one of its kind and key waits: `Jobs.waiting_like` tells.
        """
        dead = and_(Job.id == job_id, _finished_as(JobState.DEAD))
        again = {"state": JobState.QUEUED, "due_at": now, "failures": 0, "finished_at": None}
        return await changed(self._session, update(Job).where(dead).values(**again)) == 1

    async def forget(self, states: Collection[JobState], until: datetime, *, most: int) -> int:
        """Delete up to so many that ended before; how many were deleted."""
        old = and_(Job.finished_at.is_not(None), Job.state.in_(states), Job.finished_at < until)
        ids = select(Job.id).where(old).limit(most)
        return await changed(self._session, delete(Job).where(Job.id.in_(ids)))


def _finished_as(state: JobState) -> ColumnElement[bool]:
    return and_(Job.finished_at.is_not(None), Job.state == state)
