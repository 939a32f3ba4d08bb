"""Turns domain events into plain JSON values, for the journal."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from cti.domain import events
from cti.domain.events import Event


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


# Written out once: this is asked for every event.
_KIND_BY_CLASS: dict[type[Event], str] = {
    thing: _snake(name)
    for name, thing in vars(events).items()
    if isinstance(thing, type) and issubclass(thing, Event)
}
