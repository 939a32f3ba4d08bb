"""The kinds of domain events, and their plain JSON values for the journal."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from cti.domain import events
from cti.domain.events import AgentEvent, CallEvent, Event
from cti.domain.line import LineChanged
from cti.domain.refusals import CallsRefused, RefusalsRepeat

_BASES = (Event, CallEvent, AgentEvent)


def kind_of(event: Event) -> str:
    """The event's name in the journal: ``CallStarted`` → ``call_started``."""
    return _KIND_BY_CLASS[type(event)]


def to_payload(event: Event) -> dict[str, Any]:
    """Plain JSON values of an event, its name as `event`; times as ISO 8601."""
    payload: dict[str, Any] = {"event": kind_of(event)}
    for field in fields(event):
        value = getattr(event, field.name)
        payload[field.name] = value.isoformat() if isinstance(value, datetime) else value
    return payload


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name))


KINDS: tuple[type[Event], ...] = (
    *(
        thing
        for thing in vars(events).values()
        if isinstance(thing, type) and issubclass(thing, Event) and thing not in _BASES
    ),
    LineChanged,
    CallsRefused,
    RefusalsRepeat,
)
"""Every class of events that comes onto the floor."""

# Written out once: this is asked for every event.
_KIND_BY_CLASS: dict[type[Event], str] = {kind: _snake(kind.__name__) for kind in KINDS}
