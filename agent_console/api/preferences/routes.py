"""What a user sets for their own console."""

from fastapi import APIRouter

from agent_console.api.common.access import From, Parts, User
from agent_console.api.preferences.shapes import Preferences
from agent_console.services.audit import actor_of
from office.preferences import keep_preferences

router = APIRouter(tags=["me"])


@router.put("/me/preferences")
async def set_preferences(body: Preferences, parts: Parts, who: User, visitor: From) -> Preferences:
    """Keep them for the next sign-in too."""
    await keep_preferences(parts.deps.database, actor_of(who, visitor.address), body.language, body.theme)
    return body
