"""What happens later: jobs, who works at them, and up to which moment schedules are planned."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import NEVER_REUSED, Base, Id, Json

_QUEUED = text("state = 'queued'")
_RUNNING = text("state = 'running'")
_FINISHED = text("finished_at IS NOT NULL")


class Job(Base):
    """Something to be done at `due_at` or later; `state` is one of `storage.job_state`.

    `uid` stays the same through all attempts, so that others can tell a repetition. `version` says how `args`
    are to be read. `attempt` counts those that were begun: with the id it names one of them, and whoever
    holds an older number may not finish the job any more. `failures` counts those that ended badly, and `why`
    is one sentence about the last of these.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        # Of one kind and key one waits at most; others with the same key are the same wish.
        Index("uq_jobs_kind_key", "kind", "key", unique=True, sqlite_where=_QUEUED, postgresql_where=_QUEUED),
        Index("ix_jobs_queued", "due_at", "id", sqlite_where=_QUEUED, postgresql_where=_QUEUED),
        Index("ix_jobs_running", "kind", "key", sqlite_where=_RUNNING, postgresql_where=_RUNNING),
        Index("ix_jobs_finished", "state", "finished_at", sqlite_where=_FINISHED, postgresql_where=_FINISHED),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    uid: Mapped[str]
    kind: Mapped[str]
    key: Mapped[str | None]
    version: Mapped[int]
    args: Mapped[Json]
    state: Mapped[str]
    attempt: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    worker: Mapped[str | None]
    why: Mapped[str] = mapped_column(default="")


class JobWorker(Base):
    """A process that works at jobs: it lives while `beat_at` is recent. `kinds` are those it can do."""

    __tablename__ = "job_workers"

    name: Mapped[str] = mapped_column(primary_key=True)
    kinds: Mapped[Json]
    beat_at: Mapped[datetime]


class JobSchedule(Base):
    """Up to which moment a schedule has been turned into jobs."""

    __tablename__ = "job_schedules"

    name: Mapped[str] = mapped_column(primary_key=True)
    planned_until: Mapped[datetime]
