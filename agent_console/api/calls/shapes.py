"""One past call as it is told whole; the lines of the history are told as they are read."""

from dataclasses import dataclass
from datetime import datetime

from agent_console.api.common.fields import Answer
from agent_console.api.common.shapes import RecordingFacts
from storage.rows.calls import CallRow


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


class RecordingSummary(RecordingFacts):
    """A recording of the call. `audible` says whether this user may listen."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAnswer(CallRow):
    """A call with its way through the menu, its waits, its conversations and what was noted.

    `ended_by` is who ended a call that an agent dialled, if known: agent, customer, line or timeout. `source`
    is live, or record when Asterisk's own records were needed.
    """

    end_cause: int | None
    ended_by: str | None
    source: str
    path: list[StepAnswer]
    stints: list[StintAnswer]
    offers: list[OfferAnswer]
    legs: list[LegAnswer]
    recordings: list[RecordingSummary]
    wrap_ups: list[WrapUpSummary]
