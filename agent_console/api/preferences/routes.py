"""What a user sets for their own console."""

from fastapi import APIRouter

from agent_console.api.common.access import Parts, User
from agent_console.api.preferences.shapes import Preferences
from storage.repositories.users import Users

router = APIRouter(tags=["me"])


@router.put("/me/preferences")
async def set_preferences(body: Preferences, parts: Parts, who: User) -> Preferences:
    """Keep them for the next sign-in too."""
    async with parts.deps.database.transaction() as session:
        await Users(session).set_preferences(who.user_id, language=body.language, theme=body.theme)
    return body
