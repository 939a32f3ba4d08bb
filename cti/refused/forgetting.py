"""Lets the list of refused calls not grow for ever: an hourly job."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from storage.repositories.refused_calls import RefusedCalls
from work.handlers import Attempt, Handler, Schedule, in_transaction
from work.rules.kinds import Kind
from work.rules.moments import Every

FORGET = Kind("refused_calls.forget")
# However many there are: some megabytes.
MOST_KEPT = 100_000


def forgetting(keep_days: int, clock: Callable[[], datetime]) -> Handler:
    """Who does it."""

    async def forget(session: AsyncSession, _attempt: Attempt) -> None:
        until = clock() - timedelta(days=keep_days)
        await RefusedCalls(session).forget(until=until, most=MOST_KEPT)

    return Handler(FORGET, in_transaction(forget), (Schedule(Every(3600)),))
