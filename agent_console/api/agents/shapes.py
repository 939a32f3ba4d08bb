"""The agent's own calls and day as they are told, and why somebody is taken out of the queues."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from agent_console.api.common.fields import Answer, Body, Name, PlainText


class PauseBody(Body):
    """Why."""

    reason: Name


class SignOutBody(Body):
    """Why a supervisor does it; goes into the audit."""

    reason: Annotated[PlainText, Field(min_length=1, max_length=200)]


class OwnDayAnswer(Answer):
    """An agent's own day; lengths are null without calls."""

    day: date
    handled: int
    mean_talk_s: float | None
    longest_talk_s: float | None
    mean_wait_s: float | None = Field(description="How long the callers among them had waited in queues.")


class OwnCallAnswer(Answer):
    """A call of the agent in the few words that the desk has for it; GET /calls/{call_id} tells all."""

    id: str
    direction: str
    number: str
    customer_name: str | None
    customer_name_en: str | None
    started_at: datetime
    outcome: str | None
    talk_s: float
    agent_talk_s: float | None = Field(description="The agent's own part of the talk.")
    test: bool


class OwnCallList(Answer):
    """Newest first."""

    items: list[OwnCallAnswer]
