"""`ringdesk jobs`: what is still to be done, what failed for good, and running it again."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from ringdesk.commands.database import on_database
from ringdesk.installation.installation import Installation
from ringdesk.operator import operator
from storage.job_state import JobState

if TYPE_CHECKING:
    from office.jobs import JobsToSee
    from storage.tables import Job

app = typer.Typer(help="List what is done later, and run again what failed.", invoke_without_command=True)
WORDS = {
    JobState.QUEUED: "waits until",
    JobState.RUNNING: "is being done since",
    JobState.DEAD: "failed for good",
}


@app.callback()
def jobs(
    context: typer.Context,
    failed: Annotated[bool, typer.Option("--failed", help="Only those that failed for good.")] = False,
) -> None:
    """List the jobs that are not done, the newest first."""
    if context.invoked_subcommand is not None:
        return
    from office.jobs import jobs_to_see

    installation = Installation.open()
    seen = on_database(installation, lambda database: jobs_to_see(database, failed=failed))
    for line in _told(seen, ZoneInfo(installation.settings.time_zone)):
        print(line)


@app.command("retry")
def retry(number: int) -> None:
    """Run a job again that failed for good, with all its attempts before it."""
    from office.jobs import rerun_job

    now, by = datetime.now(UTC), operator()
    kind = on_database(Installation.open(), lambda database: rerun_job(database, number, now=now, by=by))
    print(f"Job {number} ({kind}) is done again as soon as the service gets to it")


def _told(seen: "JobsToSee", zone: ZoneInfo) -> Iterator[str]:
    waiting, running, dead = (seen.counts.get(state, 0) for state in WORDS)
    if not waiting + running + dead:
        yield "Nothing waits to be done, and nothing failed"
        return
    yield f"Waiting: {waiting}, being done: {running}, failed for good: {dead}"
    for job in seen.jobs:
        yield from _lines(job, zone)
    if seen.older:
        yield f"and {seen.older} older ones"
    if any(job.state == JobState.DEAD for job in seen.jobs):
        yield "ringdesk jobs retry NUMBER runs one of the failed again"


def _lines(job: "Job", zone: ZoneInfo) -> Iterator[str]:
    state = JobState(job.state)
    at = {JobState.QUEUED: job.due_at, JobState.RUNNING: job.started_at}.get(state, job.finished_at)
    local = at.astimezone(zone) if at is not None else ""
    yield f"{job.id:>8}  {job.kind} {WORDS[state]} {local:%Y-%m-%d %H:%M:%S}"
    if job.why:
        yield f"{'':>10}{job.why}"
