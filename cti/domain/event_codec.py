"""The kinds of domain events, and their plain JSON values for the journal, there and back."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

import msgspec

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


class Unreadable(ValueError):
    """What was written is no event that this version knows; the text says why."""


def from_payload(payload: Mapping[str, Any]) -> Event:
    """The event whose values these are; values that this version does not know are left out.

    Raises Unreadable for a kind that is not known, and where a value is missing or of another type.
    """
    kind = payload.get("event")
    if kind not in _CLASS_BY_KIND:
        raise Unreadable(f"there is no event {kind!r} in this version")
    try:
        event: Event = msgspec.convert(payload, _CLASS_BY_KIND[kind])
    except msgspec.ValidationError as problem:
        raise Unreadable(f"{kind}: {problem}") from None
    return event


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
_CLASS_BY_KIND = {name: kind for kind, name in _KIND_BY_CLASS.items()}
