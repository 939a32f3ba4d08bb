"""Whether the service works: one word for anybody who asks, the reasons for supervisors only."""

from typing import Literal

from fastapi import APIRouter
from pydantic import Field

from agent_console.api.access import Parts, Token
from agent_console.api.fields import Answer
from agent_console.services import Services
from agent_console.storage_away import AWAY
from office.rules.roles import Privilege

router = APIRouter(tags=["health"])


class Health(Answer):
    """`degraded` when something is away; that an answer comes at all says that the service lives."""

    status: Literal["ok", "degraded"]
    checks: dict[str, str] | None = Field(
        default=None, description="What is the matter with each part; told to supervisors only."
    )


@router.get("/health", response_model_exclude_none=True)
async def health(parts: Parts, token: Token) -> Health:
    """Without a session it is answered from memory, so it is quick whatever is away.

    The reasons name recordings, files and errors: they are nobody's business but the supervisors'.
    """
    told = Health.model_validate(parts.deps.health())
    return told if await _may_know_why(parts, token) else Health(status=told.status)


async def _may_know_why(parts: Services, token: str | None) -> bool:
    try:
        who = await parts.sessions.find(token) if token else None
    except AWAY:
        return False
    return who is not None and who.may(Privilege.SEE_HEALTH)
