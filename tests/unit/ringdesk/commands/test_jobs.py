"""`ringdesk jobs` says in sentences what waits and what failed; running it again is in the audit."""

import asyncio
from datetime import UTC, datetime

import pytest

from ringdesk.installation.installation import Installation
from storage.job_state import JobState
from storage.tables import Job
from tests.unit.ringdesk.running_commands import Run, audited

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)


def put(*rows: Job) -> None:
    async def add() -> None:
        async with Installation.open().open_database() as database, database.transaction() as session:
            session.add_all(rows)

    asyncio.run(add())


def a_job(number: int, state: JobState, *, key: str | None = None, why: str = "") -> Job:
    return Job(
        id=number,
        uid="u",
        kind="reports.send",
        key=key,
        version=1,
        args={},
        state=state,
        created_at=AT,
        due_at=AT.replace(hour=13),
        started_at=AT.replace(hour=14),
        finished_at=AT.replace(hour=15) if state in (JobState.DEAD, JobState.DONE) else None,
        failures=3 if state is JobState.DEAD else 0,
        why=why,
    )


def test_where_nothing_is_to_be_done_it_says_so(run: Run) -> None:
    for words in ((), ("--failed",)):
        assert run("jobs", *words).out == "Nothing waits to be done, and nothing failed\n"


def test_what_waits_and_what_failed_is_listed_in_the_firms_time(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RINGDESK_TIME_ZONE", "Asia/Shanghai")
    put(
        a_job(1, JobState.DONE),
        a_job(2, JobState.DEAD, why="it took longer than 60 s; it was tried 3 times"),
        a_job(3, JobState.RUNNING),
        a_job(4, JobState.QUEUED, why="it failed because the disk is full"),
    )
    assert run("jobs").out.splitlines() == [
        "Waiting: 1, being done: 1, failed for good: 1",
        "       4  reports.send waits until 2026-03-02 21:00:00",
        "          it failed because the disk is full",
        "       3  reports.send is being done since 2026-03-02 22:00:00",
        "       2  reports.send failed for good 2026-03-02 23:00:00",
        "          it took longer than 60 s; it was tried 3 times",
        "ringdesk jobs retry NUMBER runs one of the failed again",
    ]
    failed = run("jobs", "--failed").out.splitlines()
    assert [line[:10] for line in failed[1:]] == ["       2  ", "          ", "ringdesk j"]


def test_of_very_many_the_newest_are_shown(run: Run) -> None:
    put(*(a_job(number, JobState.QUEUED) for number in range(1, 54)))
    lines = run("jobs").out.splitlines()
    assert lines[1].split()[0] == "53"
    assert (len(lines), lines[-1]) == (52, "and 3 older ones")


def test_a_failed_job_is_run_again_once(run: Run) -> None:
    put(a_job(2, JobState.DEAD))
    again = run("jobs", "retry", "2")
    assert (again.status, again.out) == (
        0,
        "Job 2 (reports.send) is done again as soon as the service gets to it\n",
    )
    assert run("jobs").out.startswith("Waiting: 1, being done: 0, failed for good: 0")
    twice = run("jobs", "retry", "2")
    assert twice.status == 1
    assert twice.err == "ringdesk: job 2 waits for its turn; only failed ones are run again\n"
    assert [(action, result) for _, _, action, result in audited()] == [
        ("job_rerun", "refused"),
        ("job_rerun", "done"),
    ]


def test_what_cannot_be_run_again_says_why(run: Run) -> None:
    put(a_job(2, JobState.DEAD, key="k"), a_job(3, JobState.QUEUED, key="k"), a_job(4, JobState.DONE))
    for number, why in (
        ("2", "job 3 waits already and does the same as job 2"),
        ("4", "job 4 is done; only failed ones are run again"),
        ("9", "there is no job 9; ringdesk jobs --failed lists those to be run again"),
    ):
        assert run("jobs", "retry", number).err == f"ringdesk: {why}\n"
