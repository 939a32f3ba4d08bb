"""Reads calls that did not come in."""

from collections.abc import Sequence

from agent_console.services.assembly import Services
from storage.repositories.refused_calls import RefusedCalls
from storage.tables import RefusedCall


async def newest(parts: Services, before: int | None, limit: int) -> Sequence[RefusedCall]:
    """Newest first, from before that row on."""
    async with parts.deps.database.session() as session:
        return await RefusedCalls(session).newest(before=before, limit=limit)
