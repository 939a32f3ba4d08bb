"""Deletes sessions that nobody can use any more: an hourly job."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from storage.repositories.sign_ins import SignIns
from work.handlers import Attempt, Handler, Schedule, in_transaction
from work.rules.kinds import Kind
from work.rules.moments import Every

FORGET = Kind("sessions.forget_expired")


def forgetting(clock: Callable[[], datetime]) -> Handler:
    """Who does it."""

    async def forget(session: AsyncSession, _attempt: Attempt) -> None:
        await SignIns(session).forget_expired(clock())

    return Handler(FORGET, in_transaction(forget), (Schedule(Every(3600)),))
