"""What is told of the service's health."""

from typing import Literal

from pydantic import Field

from agent_console.api.common.fields import Answer


class Health(Answer):
    """`degraded` when something is away; that an answer comes at all says that the service lives."""

    status: Literal["ok", "degraded"]
    checks: dict[str, str] | None = Field(
        default=None, description="What is the matter with each part; told to supervisors only."
    )
