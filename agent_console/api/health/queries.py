"""Reads whether somebody may know what is the matter."""

from agent_console.services.assembly import Services
from office.rules.roles import Privilege
from storage.away import AWAY


async def may_know_why(parts: Services, token: str | None) -> bool:
    """Whether this session may see the reasons; while the database is away, nobody may."""
    try:
        who = await parts.sessions.find(token) if token else None
    except AWAY:
        return False
    return who is not None and who.may(Privilege.SEE_HEALTH)
