"""Whether the service works, for the watchdog and for monitoring; needs no sign-in and tells no secrets."""

from typing import Literal

from fastapi import APIRouter

from agent_console.api.access import Parts
from agent_console.api.fields import Answer

router = APIRouter(tags=["health"])


class Health(Answer):
    """`degraded` when something is away; that an answer comes at all says that the service lives."""

    status: Literal["ok", "degraded"]
    checks: dict[str, str]


@router.get("/health")
async def health(parts: Parts) -> Health:
    """Answered from memory, so that it is quick whatever is away."""
    return Health.model_validate(parts.deps.health())
