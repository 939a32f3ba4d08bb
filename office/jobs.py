"""Lists jobs, and runs failed ones again: the audit tells who did."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from office.audit import Act, Actor, AuditTrail, Result, failure
from storage.database import Database
from storage.job_state import JobState
from storage.repositories.job_lists import JobLists
from storage.repositories.jobs import Jobs
from storage.tables import Job


class JobProblem(Exception):
    """The job cannot be run again; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


MOST_SEEN = 50


@dataclass(frozen=True, slots=True)
class JobsToSee:
    """How many there are in each state, the newest of those that were asked for, and how many older ones."""

    counts: Mapping[JobState, int]
    jobs: Sequence[Job]
    older: int


async def jobs_to_see(database: Database, *, failed: bool) -> JobsToSee:
    """Those that are not done; or only those that failed for good."""
    states = [JobState.DEAD] if failed else [JobState.QUEUED, JobState.RUNNING, JobState.DEAD]
    async with database.session() as session:
        counts = await JobLists(session).counts()
        jobs = await JobLists(session).in_states(states, MOST_SEEN)
    return JobsToSee(counts, jobs, sum(counts.get(state, 0) for state in states) - len(jobs))


async def rerun_job(database: Database, job_id: int, *, now: datetime, by: Actor) -> str:
    """Let a job that failed for good be tried as often as a new one; returns its kind. Raises JobProblem."""
    act = Act("job_rerun", f"job:{job_id}")
    async with AuditTrail(database, _at(now), _verdict).transaction(by, act) as session:
        job = await JobLists(session).by_id(job_id)
        if job is None:
            raise JobProblem(f"there is no job {job_id}; ringdesk jobs --failed lists those to be run again")
        act.detail.update(kind=job.kind, attempt=job.attempt)
        if job.state != JobState.DEAD:
            raise JobProblem(f"job {job_id} {_SO_FAR[JobState(job.state)]}; only failed ones are run again")
        waiting = await Jobs(session).waiting_like(job_id)
        if waiting is not None:
            raise JobProblem(f"job {waiting} waits already and does the same as job {job_id}")
        await JobLists(session).rerun(job_id, now)
    return job.kind


_SO_FAR = {
    JobState.QUEUED: "waits for its turn",
    JobState.RUNNING: "is being done",
    JobState.DONE: "is done",
    JobState.SUPERSEDED: "gave way to a newer one",
}


def _at(now: datetime) -> Callable[[], datetime]:
    return lambda: now


def _verdict(problem: Exception) -> tuple[Result, str]:
    return (Result.REFUSED, problem.sentence) if isinstance(problem, JobProblem) else failure(problem)
