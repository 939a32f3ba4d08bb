"""Past calls as they are told: a line of the history, and one call whole."""

from datetime import datetime

from pydantic import Field

from agent_console.api.common.fields import Answer


class CallSummary(Answer):
    """One line of the history. `hold_s` is null when Asterisk's records cannot tell."""

    id: str
    direction: str
    hotline: str | None
    number: str
    number_e164: str | None
    name: str
    language: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    outcome: str | None
    queue: str | None
    agent: str | None
    agent_name: str | None
    customer_id: int | None
    customer_name: str | None
    customer_name_en: str | None
    company: str | None
    wait_s: float
    talk_s: float
    agent_talk_s: float | None = Field(
        default=None, description="In a list of one agent's calls: that agent's part of the talk."
    )
    hold_s: float | None
    disposition: str | None
    wrap_up: str | None = Field(
        description="What became of the last agent's after-call work: open, unfinished, timed_out or done."
    )
    recorded: bool
    incomplete: bool
    test: bool


class CallPage(Answer):
    """Newest first; `next` is the cursor of the following page, null on the last one."""

    items: list[CallSummary]
    next: str | None
    searched_to: datetime | None = Field(
        default=None,
        description="How far back a search has looked so far, when it ended this page early; `next` goes on.",
    )


class StepAnswer(Answer):
    """One step of the voice menu."""

    step: str
    kind: str
    exit: str
    keys: str
    at: datetime


class StintAnswer(Answer):
    """One stay in one queue."""

    no: int
    queue: str
    entered_at: datetime
    left_at: datetime | None
    outcome: str | None
    priority: int
    wait_s: float | None


class OfferAnswer(Answer):
    """One agent's phone was rung."""

    agent: str
    agent_name: str | None
    queue: str | None
    rang_at: datetime
    ended_at: datetime | None
    result: str | None


class LegAnswer(Answer):
    """One agent's part of the conversation; `hold_s` null when not known, `talk_s` while it lasts."""

    no: int
    agent: str
    agent_name: str | None
    queue: str | None
    started_at: datetime
    ended_at: datetime | None
    talk_s: float | None
    hold_s: float | None
    holds: int | None
    end_reason: str | None


class RecordingSummary(Answer):
    """A recording of the call. `audible` says whether this user may listen."""

    id: int
    stint: int
    part: int
    agent: str | None
    queue: str | None
    started_at: datetime
    length_s: float
    size: int
    channels: int
    state: str
    audible: bool


class WrapUpSummary(Answer):
    """What an agent noted on one of their legs.

    `status` is open (the agent is at it), unfinished, timed_out or done; `own` says that this user can
    complete it.
    """

    agent: str
    agent_name: str | None
    turn: int
    disposition: str | None
    note: str
    status: str
    own: bool
    started_at: datetime | None
    ended_at: datetime | None
    completed_at: datetime | None


class CallAnswer(CallSummary):
    """A call with its way through the menu, its waits, its conversations and what was noted."""

    end_cause: int | None
    ended_by: str | None = Field(
        description="Who ended a call that an agent dialled, if known: agent, customer, line or timeout."
    )
    source: str = Field(description="live, or record when Asterisk's own records were needed.")
    path: list[StepAnswer]
    stints: list[StintAnswer]
    offers: list[OfferAnswer]
    legs: list[LegAnswer]
    recordings: list[RecordingSummary]
    wrap_ups: list[WrapUpSummary]
