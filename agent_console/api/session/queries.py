"""Reads what a console must know before it opens the live connection."""

from collections.abc import Sequence

from agent_console.services.assembly import Services
from storage.repositories.routing import Hotlines
from storage.tables import Hotline


async def hotlines(parts: Services) -> Sequence[Hotline]:
    """All numbers that callers dial."""
    async with parts.deps.database.desk.session() as session:
        return await Hotlines(session).all()
