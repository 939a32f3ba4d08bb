"""The queue's own job: what is finished is forgotten, some days later."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from storage.job_state import JobState
from storage.pools import Connections
from storage.repositories.job_lists import JobLists
from work.handlers import Attempt, Handler, Schedule
from work.rules.kinds import Kind
from work.rules.moments import Every

# What a job did is in its effect. A dead one is kept as long as somebody might still want it done.
KEPT = {
    frozenset({JobState.DONE, JobState.SUPERSEDED}): timedelta(days=7),
    frozenset({JobState.DEAD}): timedelta(days=90),
}
# On SQLite every other writer waits meanwhile.
AT_ONCE = 500

FORGET_FINISHED = Kind("jobs.forget_finished")
HOURLY = Schedule(Every(3600))


def handler(database: Connections, clock: Callable[[], datetime]) -> Handler:
    """Who does it."""
    return Handler(FORGET_FINISHED, partial(_forget, database, clock), (HOURLY,))


async def _forget(database: Connections, clock: Callable[[], datetime], _attempt: Attempt) -> None:
    for states, kept in KEPT.items():
        forgotten = AT_ONCE
        while forgotten == AT_ONCE:
            async with database.transaction() as session:
                forgotten = await JobLists(session).forget(states, clock() - kept, most=AT_ONCE)
