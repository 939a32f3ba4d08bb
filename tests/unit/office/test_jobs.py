"""Failed jobs are listed and run again; what cannot be run again is refused in a sentence, and noted."""

import pytest

from office.jobs import JobProblem, jobs_to_see, rerun_job
from storage.database import Database
from storage.job_state import JobState
from storage.repositories.audit import Audit
from storage.tables import Job
from tests.support.jobs import Clock, job
from tests.support.operators import OPERATOR

NOW = Clock().now


async def put(db: Database, number: int, state: JobState, key: str | None = None) -> None:
    finished = NOW if state is JobState.DEAD else None
    made = Job(id=number, uid="u", kind="k", key=key, version=1, args={}, state=state, failures=10)
    made.created_at, made.due_at, made.finished_at, made.attempt = NOW, NOW, finished, 12
    async with db.transaction() as session:
        session.add(made)


async def test_a_failed_job_waits_again_with_all_its_attempts_before_it(db: Database) -> None:
    await put(db, 1, JobState.DEAD, key="a")
    await put(db, 2, JobState.QUEUED, key="b")
    assert await rerun_job(db, 1, now=NOW.replace(hour=13), by=OPERATOR) == "k"
    again = await job(db, 1)
    assert (again.state, again.failures, again.attempt) == (JobState.QUEUED, 0, 12)
    assert (again.due_at, again.finished_at) == (NOW.replace(hour=13), None)
    async with db.session() as session:
        (entry,) = await Audit(session).newest()
    assert (entry.action, entry.object, entry.result) == ("job_rerun", "job:1", "done")
    assert entry.detail == {"kind": "k", "attempt": 12}


async def test_what_cannot_be_run_again_is_refused(db: Database) -> None:
    await put(db, 1, JobState.DEAD, key="a")
    await put(db, 2, JobState.QUEUED, key="a")
    await put(db, 3, JobState.RUNNING)
    for number, why in (
        (1, "job 2 waits already and does the same as job 1"),
        (2, "job 2 waits for its turn; only failed ones are run again"),
        (3, "job 3 is being done; only failed ones are run again"),
        (4, "there is no job 4; ringdesk jobs --failed lists those to be run again"),
    ):
        with pytest.raises(JobProblem) as problem:
            await rerun_job(db, number, now=NOW, by=OPERATOR)
        assert problem.value.sentence == why
    async with db.session() as session:
        assert [entry.result for entry in await Audit(session).newest()] == ["refused"] * 4


async def test_those_that_are_not_done_are_seen_the_newest_first(db: Database) -> None:
    for number, state in enumerate(JobState, 1):
        await put(db, number, state)
    seen = await jobs_to_see(db, failed=False)
    assert [JobState(it.state) for it in seen.jobs] == [JobState.DEAD, JobState.RUNNING, JobState.QUEUED]
    assert seen.older == 0
    assert [it.state for it in (await jobs_to_see(db, failed=True)).jobs] == [JobState.DEAD]
