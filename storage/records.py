"""What the recorder hands to storage: whole calls, events, intervals and gaps as plain frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class StepRecord:
    """One step of the voice menu."""

    step: str
    kind: str
    exit: str
    keys: str
    language: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StintRecord:
    """One stay in one queue; `wait_s` in seconds, None while it lasts."""

    no: int
    queue: str
    entered_at: datetime
    left_at: datetime | None
    outcome: str | None
    priority: int
    wait_s: float | None


@dataclass(frozen=True, slots=True)
class OfferRecord:
    """One agent's phone was rung."""

    agent: str
    queue: str | None
    rang_at: datetime
    ended_at: datetime | None
    result: str | None


@dataclass(frozen=True, slots=True)
class LegRecord:
    """One agent's part of the conversation; `hold_s` and `holds` are None when not known.

    `talk_s` is the conversation without hold, None while it lasts.
    """

    no: int
    agent: str
    queue: str | None
    stint: int | None
    channel: str
    started_at: datetime
    ended_at: datetime | None
    hold_s: float | None
    holds: int | None
    end_reason: str | None
    talk_s: float | None = None


@dataclass(frozen=True, slots=True)
class RecordingRecord:
    """A recording that Asterisk began: `stem` is the name of its files without side and ending."""

    stem: str
    started_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """A whole call as known now. Writing it replaces everything that was written for its id before."""

    id: str
    direction: str
    started_at: datetime
    hotline: str | None = None
    number: str = ""
    number_e164: str | None = None
    name: str = ""
    language: str = ""
    channel: str = ""
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    end_cause: int | None = None
    outcome: str | None = None
    ended_by: str | None = None
    queue: str | None = None
    agent: str | None = None
    wait_s: float = 0.0
    talk_s: float = 0.0
    hold_s: float | None = None
    customer_id: int | None = None
    incomplete: bool = False
    guessed: bool = False
    test: bool = False
    source: str = "live"
    steps: tuple[StepRecord, ...] = ()
    stints: tuple[StintRecord, ...] = ()
    offers: tuple[OfferRecord, ...] = ()
    legs: tuple[LegRecord, ...] = ()
    recordings: tuple[RecordingRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class EventRecord:
    """A fact for the journal. The same `uid` is written once, however often it is handed over."""

    uid: str
    at: datetime
    kind: str
    payload: Mapping[str, Any]
    call_id: str | None = None
    source: str = "live"


@dataclass(frozen=True, slots=True)
class IntervalRecord:
    """A stretch of one state of one agent; `kind` is presence or activity, `ended_at` None while it lasts."""

    agent: str
    kind: str
    state: str
    started_at: datetime
    ended_at: datetime | None = None
    reason: str | None = None
    call_id: str | None = None
    source: str = "live"


@dataclass(frozen=True, slots=True)
class GapRecord:
    """A time in which Asterisk was not heard, known by when it began."""

    started_at: datetime
    reason: str
    ended_at: datetime | None = None
    recovered: bool = False


@dataclass(frozen=True, slots=True)
class WrapUpEnd:
    """After-call work on an agent's leg that ended; what the agent saved is kept.

    `ended_by` is agent, timeout, or interrupted: by another call, or because the agent left. `turn` says the
    how-manieth leg of the agent in the call it was.
    """

    call_id: str
    agent: str
    ended_at: datetime
    disposition: str | None
    ended_by: str
    turn: int = 1
    started_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RefusalRecord:
    """Calls alike that did not come in, `count` of them from `first_at` until `last_at`, known by `uid`."""

    uid: str
    first_at: datetime
    last_at: datetime
    count: int
    cause: str
    trunk: str
    number: str
    dialled: str
    address: str
    detail: str
