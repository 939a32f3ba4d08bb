"""The shapes of the live picture, from which the JSON Schema of the websocket is made.

The values are made by `wire.py`; a test holds them to these shapes. Times are ISO 8601 UTC,
lengths of time seconds.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from cti.domain.agent import Activity, Presence
from cti.domain.call_state import CallState
from cti.domain.dialling import DialResult
from cti.domain.events import Direction
from cti.domain.happenings import HappeningKind
from cti.domain.outcome import EndedBy
from cti.domain.refusals import RefusalCause

Iso = str


class Shape(BaseModel):
    """Nothing unknown, everything named: a client may rely on every field being there."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class MenuStep(Shape):
    """A step of the voice menu and the exit by which the caller left it."""

    step: str
    kind: str
    exit: str
    keys: str
    at: Iso


class CustomerCard(Shape):
    """A customer at a glance; `company` is null for a private person."""

    id: int
    name: str
    name_en: str
    company: str | None
    tier: str
    tags: list[str]
    language: str
    contact: str
    contact_role: str
    number_label: str


class LastContact(Shape):
    """An earlier call with the caller."""

    call_id: str
    at: Iso
    direction: str
    queue: str | None
    agent_name: str | None
    outcome: str | None
    talk_s: float
    disposition: str | None
    note: str | None


class CallerRecord(Shape):
    """What is known of the caller; `matched_by` is the number as it was written down."""

    match: Literal["found", "several", "unknown", "withheld"]
    matched_by: str | None
    customers: list[CustomerCard]
    chosen: int | None = Field(description="Of several customers the one whom the agent named, else null.")
    last_contacts: list[LastContact]


class TravellingNote(Shape):
    """What an agent wrote when they sent the caller on."""

    agent: str
    text: str


class Call(Shape):
    """A call. `number` and `name` are what the caller's side sent: show them, never trust them."""

    id: str
    direction: Direction
    test: bool = Field(description="The built-in test caller placed it; it is in no figure.")
    hotline: str | None
    state: CallState
    number: str
    number_e164: str | None
    name: str
    language: str
    started_at: Iso
    ended_at: Iso | None
    outcome: str | None = Field(description="How the call ended, null while it lasts.")
    ended_by: EndedBy | None = Field(description="Who ended a call that an agent dialled, when it is known.")
    path: list[MenuStep]
    queue: str | None
    stint: int = Field(description="0 before the first queue.")
    queued_at: Iso | None = Field(description="When the wait that still lasts began.")
    waited_s: float = Field(description="Finished waits of all stints.")
    priority: int
    agent: str | None = Field(description="Extension of who talks, else of who rings, else of the last one.")
    ring_started_at: Iso | None
    answered_at: Iso | None
    held_at: Iso | None
    recording: bool
    record: CallerRecord | None = Field(description="Null until the caller was looked up.")
    notes: list[TravellingNote] = Field(description="The newest of each agent who sent the caller on.")
    incomplete: bool = Field(description="A gap hid a part of this call.")


class WorkSetAside(Shape):
    """After-call work that something else interrupted."""

    call: str
    turn: int


class Agent(Shape):
    """An agent, as everyone signed in may see them."""

    ext: str
    user_id: int
    login: str
    name: str
    name_en: str = Field(description="Empty when there is none.")
    role: str
    presence: Presence
    pause_reason: str | None
    presence_since: Iso
    activity: Activity
    activity_since: Iso
    call: str | None
    turn: int | None = Field(description="The how-manieth leg of this agent in the call it is.")
    wrap_up_until: Iso | None
    wrap_up_call: str | None
    aside: list[WorkSetAside] = Field(description="After-call work that waits, the next one last.")
    phone: Literal["reachable", "unreachable"]
    phone_since: Iso
    muted: bool
    console: bool = Field(description="A console of this agent is connected.")
    queues: list[str] = Field(description="Queues the agent is signed in to.")


class Happening(Shape):
    """What just happened to an agent that they have to know, until they act or take a call; theirs alone.

    The caller is in it as in a call, empty or null where it is about none.
    """

    kind: HappeningKind
    at: Iso
    call: str | None
    number: str
    number_e164: str | None
    customer_name: str | None
    customer_name_en: str | None
    queue: str | None = Field(description="Where the call came from, or where the caller is back.")
    by: str | None = Field(
        description="Who did not take it: an extension. Who signed the agent out: a login."
    )
    reason: str = Field(description="Why it was not taken: a word. Why signed out: in that one's own words.")


class Title(Shape):
    """A name in both languages."""

    zh: str
    en: str


class ServiceLevel(Shape):
    """The five definitions; null while there is nothing to divide by."""

    A: float | None
    B: float | None
    C: float | None
    D: float | None
    E: float | None


class Queue(Shape):
    """A queue's tile: who waits, who serves, and the figures of the local day."""

    name: str
    title: Title
    waiting: int
    oldest_queued_at: Iso | None
    waiting_calls: list[str]
    ready: int
    ringing: int
    talking: int
    wrapping_up: int
    paused: int
    offered: int
    answered: int
    abandoned: int
    short_abandoned: int
    overflowed: int
    moved: int
    unknown: int = Field(description="Stays whose end nobody recorded.")
    service_level: ServiceLevel
    sl_seconds: int
    short_abandon_seconds: int
    day: str
    complete: bool = Field(description="False when a gap hid a part of the day.")


class Link(Shape):
    """The connection to Asterisk."""

    state: Literal["up", "down"]
    since: Iso
    reason: str | None
    asterisk: str | None = None


class StorageState(Shape):
    """Whether the database takes what is recorded; `spooled` records wait for it."""

    state: Literal["ok", "trouble"]
    since: Iso
    reason: str | None
    spooled: int


class RecordingsState(Shape):
    """How many conversations of the last 24 hours have lost their recording."""

    lost: int


class Gap(Shape):
    """A time in which Asterisk was not heard; open while `to` is null."""

    from_: Iso = Field(alias="from")
    to: Iso | None
    reason: str
    recovered: bool


class Gaps(Shape):
    """The newest gaps, oldest first."""

    items: list[Gap]


class Day(Shape):
    """The day of the figures, in the time zone of the installation, and the moment at which it began."""

    date: str
    began: Iso


class RepeatingRefusal(Shape):
    """What kept calls away again and again; `trunk` is empty when none was recognised."""

    cause: RefusalCause
    trunk: str
    count: int
    since: Iso
    last: Iso


class Refusals(Shape):
    """The causes that repeat now, the most frequent first; without callers, so that everyone may know."""

    items: list[RepeatingRefusal]


class Line(Shape):
    """Whether our line out works: in trouble, `count` calls in a row failed by it, the last by `reason`."""

    state: Literal["ok", "trouble"]
    since: Iso | None
    reason: DialResult | None
    count: int


class System(Shape):
    """The service itself."""

    link: Link
    storage: StorageState
    recordings: RecordingsState
    gaps: Gaps
    day: Day
    refusals: Refusals
    line: Line


class State(Shape):
    """Everything that the user may see."""

    calls: dict[str, Call]
    agents: dict[str, Agent]
    queues: dict[str, Queue]
    system: System
    happenings: dict[str, Happening] = Field(description="By extension: the user's own, or none.")
