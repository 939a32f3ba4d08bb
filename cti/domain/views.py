"""Calls, agents and queues as they cross the bus: frozen, and each as it was right after one event."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from msgspec import Struct

from crm.rules.caller import CallerRecord
from cti.domain import events as ev
from cti.domain import pauses
from cti.domain.agent import Activity, Agent, AgentInfo, AgentReading, Presence, SetAside
from cti.domain.call import Call
from cti.domain.call_parts import Leg, Note, Offer, Recorded, Step, Stint
from cti.domain.call_reading import CallReading
from cti.domain.call_state import CallState
from cti.domain.metrics import StintCounts
from cti.domain.queue import Queue, QueueInfo, QueueReading
from cti.domain.standing import Columns


class CallView(CallReading, Struct, frozen=True):
    """A call: everything that its facts add up to, as `Story` and `Call` name it."""

    id: str
    started_at: datetime
    direction: ev.Direction
    hotline: str | None
    number: str
    name: str
    channel: str
    test: bool
    state: CallState
    language: str
    number_e164: str | None
    record: CallerRecord | None
    transfer: ev.TransferAsked | None
    dialled: ev.DialEnded | None
    ended_at: datetime | None
    end_cause: int | None
    source: ev.Source
    own_agent: str | None
    guessed: bool
    incomplete: bool
    path: tuple[Step, ...]
    stints: tuple[Stint, ...]
    offers: tuple[Offer, ...]
    legs: tuple[Leg, ...]
    recordings: tuple[Recorded, ...]
    notes: tuple[Note, ...]


class AgentView(AgentReading, Struct, frozen=True):
    """An agent, as `Agent` names it. `members`: the queues served, with the pause that Asterisk holds."""

    info: AgentInfo
    presence: Presence
    reason: str | None
    presence_since: datetime
    activity: Activity
    activity_since: datetime
    call_id: str | None
    turn: int | None
    wrap_up_until: datetime | None
    wrap_up_call: str | None
    aside: tuple[SetAside, ...]
    members: Mapping[str, str | None]
    standing: pauses.Reasons
    reachable: bool
    reachable_since: datetime
    muted: bool
    console: bool


class QueueView(QueueReading, Struct, frozen=True):
    """A queue: who waits, the day's figures, and at `at` how many members stand in each column."""

    info: QueueInfo
    day: date
    since: datetime
    waiting: Mapping[str, datetime]
    tests: frozenset[str]
    counts: StintCounts
    complete: bool
    columns: Columns
    at: datetime


def _picking(view: type[Any], without: tuple[str, ...] = ()) -> Callable[[Any], tuple[Any, ...]]:
    """Takes the view's fields off whatever has them under the same names; so none can be forgotten here."""
    return attrgetter(*(name for name in view.__struct_fields__ if name not in without))


# What a live call keeps as lists, it gives away as tuples.
_LISTS = ("path", "stints", "offers", "legs", "recordings", "notes")
_of_call = _picking(CallView, _LISTS)
_lists_of_call = attrgetter(*_LISTS)
_of_agent = _picking(AgentView)
_of_queue = _picking(QueueView, ("columns", "at"))


def view_call(call: Call) -> CallView:
    """The call as it is now."""
    parts: list[Any] = [*_of_call(call), *map(tuple, _lists_of_call(call))]
    return CallView(*parts)


def view_agent(agent: Agent) -> AgentView:
    """The agent as they are now."""
    return AgentView(*_of_agent(agent))


def view_queue(queue: Queue, columns: Columns, at: datetime) -> QueueView:
    """The queue as it is now."""
    parts: tuple[Any, ...] = (*_of_queue(queue), columns, at)
    return QueueView(*parts)
