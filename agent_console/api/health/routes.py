"""Whether the service works: one word for anybody who asks, the reasons for supervisors only."""

from fastapi import APIRouter

from agent_console.api.common.access import Parts, Token
from agent_console.api.health import queries
from agent_console.api.health.shapes import Health

router = APIRouter(tags=["health"])


@router.get("/health", response_model_exclude_none=True)
async def health(parts: Parts, token: Token) -> Health:
    """Without a session it is answered from memory, so it is quick whatever is away.

    The reasons name recordings, files and errors: they are nobody's business but the supervisors'.
    """
    told = Health.model_validate(parts.deps.health())
    return told if await queries.may_know_why(parts, token) else Health(status=told.status)
