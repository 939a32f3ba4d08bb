"""Jobs: made, leased, settled and let go. Which move comes when is not decided here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Delete, Row, Update, and_, case, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from storage.job_state import JobState
from storage.repositories.statements import insert_into
from storage.tables import Job, JobWorker


@dataclass(frozen=True, slots=True)
class LeasedJob:
    """One attempt at a job, after so many that failed; `attempt` tells it from all others."""

    id: int
    uid: str
    kind: str
    version: int
    args: Mapping[str, Any]
    attempt: int
    failures: int


class Jobs:
    """The queue of jobs."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(
        self,
        *,
        kind: str,
        version: int,
        args: Mapping[str, Any],
        key: str | None,
        now: datetime,
        due_at: datetime,
    ) -> int:
        """A new one, or the one of this kind and key that waits, with these arguments and the earlier time.

        That one is locked until the end of the transaction, so no worker takes it before it can see what
        happened in it.
        """
        statement = insert_into(self._session, Job).values(
            uid=uuid4().hex,
            kind=kind,
            key=key,
            version=version,
            args=args,
            state=JobState.QUEUED,
            attempt=0,
            failures=0,
            created_at=now,
            due_at=due_at,
            why="",
        )
        new = statement.excluded
        statement = statement.on_conflict_do_update(
            index_elements=["kind", "key"],
            index_where=_is(JobState.QUEUED),
            set_={
                "version": new.version,
                "args": new.args,
                "due_at": case((new.due_at < Job.due_at, new.due_at), else_=Job.due_at),
            },
        )
        return int((await self._session.execute(statement.returning(Job.id))).scalar_one())

    async def next_due(self, kinds: Collection[str]) -> datetime | None:
        """When the next one that waits is due, maybe long ago."""
        query = select(Job.due_at).where(_is(JobState.QUEUED), Job.kind.in_(kinds), ~_held_back())
        return await self._session.scalar(query.order_by(Job.due_at, Job.id).limit(1))

    async def lease(self, kinds: Collection[str], *, worker: str, now: datetime) -> LeasedJob | None:
        """The one that is due for longest, now running at this worker. Two of one kind and key never run at
        the same time."""
        due = (
            select(*_LEASED)
            .where(_is(JobState.QUEUED), Job.due_at <= now, Job.kind.in_(kinds), ~_held_back())
            .order_by(Job.due_at, Job.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        found = (await self._session.execute(due)).one_or_none()
        if found is None:
            return None
        leased = _leased(found, found.attempt + 1)
        await self._session.execute(
            update(Job)
            .where(Job.id == leased.id)
            .values(state=JobState.RUNNING, attempt=leased.attempt, worker=worker, started_at=now)
        )
        return leased

    async def finish(self, job: LeasedJob, now: datetime) -> bool:
        """It is done; False when this attempt is not the one that counts any more."""
        return await self._settle(job, state=JobState.DONE, finished_at=now, why="")

    async def bury(self, job: LeasedJob, now: datetime, why: str) -> bool:
        """It is not tried any more; False as for `finish`."""
        return await self._settle(
            job, state=JobState.DEAD, finished_at=now, failures=job.failures + 1, why=why
        )

    async def put_back(
        self, job: LeasedJob, now: datetime, *, due_at: datetime, failures: int, why: str
    ) -> bool:
        """It waits again, unless a newer one of its kind and key waits already; False as for `finish`.

        Raises IntegrityError when such a one comes at this very moment: then it is to be asked for once more.
        """
        newer = await self.waiting_like(job.id)
        if newer is not None:
            why = f"job {newer} does the same" + (f"; this one: {why}" if why else "")
            return await self._settle(job, state=JobState.SUPERSEDED, finished_at=now, why=why)
        return await self._settle(job, state=JobState.QUEUED, due_at=due_at, failures=failures, why=why)

    async def waiting_like(self, job_id: int) -> int | None:
        """The one that waits and has the kind and key of this one."""
        this = aliased(Job)
        same = and_(Job.kind == this.kind, Job.key == this.key, Job.id != this.id)
        query = select(Job.id).join(this, same).where(this.id == job_id, _is(JobState.QUEUED))
        return await self._session.scalar(query)

    async def abandoned(self, beat_since: datetime) -> Sequence[LeasedJob]:
        """Those that run at a worker which has not given a sign of life since."""
        living = select(JobWorker.name).where(JobWorker.beat_at >= beat_since)
        query = select(*_LEASED).where(_is(JobState.RUNNING), Job.worker.not_in(living)).order_by(Job.id)
        return [_leased(row, row.attempt) for row in await self._session.execute(query)]

    async def unknown_kinds(self, *, due_before: datetime, beat_since: datetime) -> set[str]:
        """Kinds of which one is due for so long, and that no living worker can do."""
        overdue = set(
            await self._session.scalars(
                select(Job.kind).distinct().where(_is(JobState.QUEUED), Job.due_at < due_before)
            )
        )
        if not overdue:
            return overdue
        known = await self._session.scalars(select(JobWorker.kinds).where(JobWorker.beat_at >= beat_since))
        return overdue - {kind for kinds in known for kind in kinds}

    async def bury_kind(self, kind: str, *, due_before: datetime, now: datetime, why: str) -> int:
        """Nobody does these; how many there were."""
        overdue = and_(_is(JobState.QUEUED), Job.kind == kind, Job.due_at < due_before)
        return await changed(
            self._session,
            update(Job).where(overdue).values(state=JobState.DEAD, finished_at=now, why=why),
        )

    async def _settle(self, job: LeasedJob, **values: Any) -> bool:
        this_attempt = and_(Job.id == job.id, _is(JobState.RUNNING), Job.attempt == job.attempt)
        return await changed(self._session, update(Job).where(this_attempt).values(**values)) == 1


_LEASED = (Job.id, Job.uid, Job.kind, Job.version, Job.args, Job.attempt, Job.failures)


def _leased(row: Row[Any], attempt: int) -> LeasedJob:
    return LeasedJob(row.id, row.uid, row.kind, row.version, row.args, attempt, row.failures)


def _is(state: JobState) -> ColumnElement[bool]:
    """As the partial indexes write it: with a bound value PostgreSQL would not know that they serve."""
    return Job.state == literal_column(f"'{state}'")


def _held_back() -> ColumnElement[bool]:
    """Another one of this kind and key runs."""
    other = aliased(Job)
    running = other.state == literal_column(f"'{JobState.RUNNING}'")
    return select(other.id).where(running, other.kind == Job.kind, other.key == Job.key).exists()


async def changed(session: AsyncSession, statement: Update | Delete) -> int:
    """How many rows a statement changed."""
    result = await session.execute(statement.execution_options(synchronize_session=False))
    return int(result.rowcount)  # type: ignore[attr-defined]
