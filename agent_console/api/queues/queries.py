"""Reads the callers of a queue."""

from collections.abc import Sequence

from agent_console.auth.sessions import SignedIn
from agent_console.services.assembly import Services
from cti.domain.day import Day
from storage.repositories.history import History
from storage.repositories.routing import Queues
from storage.rows.calls import AbandonedRow


async def abandoned(parts: Services, who: SignedIn, queue: str, day: Day) -> Sequence[AbandonedRow] | None:
    """Who gave up waiting on that day, newest first; None when there is no such queue."""
    async with parts.listing(who.user_id) as session:
        if await Queues(session).by_name(queue) is None:
            return None
        return await History(session).abandoned(queue, day.began, day.ends)
