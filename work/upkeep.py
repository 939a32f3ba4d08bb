"""Jobs of the database itself: what is finished is forgotten, and the planner's statistics are kept up."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from storage.database import Database
from storage.job_state import JobState
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
STATISTICS = Kind("database.statistics")
HOURLY = (Schedule(Every(3600)),)


def upkeep(database: Database, clock: Callable[[], datetime]) -> Sequence[Handler]:
    """Who does them. PostgreSQL keeps up its statistics itself."""
    forgetting = Handler(FORGET_FINISHED, partial(_forget, database, clock), HOURLY)
    if not database.is_sqlite:
        return (forgetting,)
    return forgetting, Handler(STATISTICS, partial(_count, database), HOURLY)


async def _forget(database: Database, clock: Callable[[], datetime], _attempt: Attempt) -> None:
    for states, kept in KEPT.items():
        forgotten = AT_ONCE
        while forgotten == AT_ONCE:
            async with database.transaction() as session:
                forgotten = await JobLists(session).forget(states, clock() - kept, most=AT_ONCE)


async def _count(database: Database, _attempt: Attempt) -> None:
    await database.analyse()
