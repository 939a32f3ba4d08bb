"""Turns domain events into plain JSON values and back, for the journal, the spool and the bus."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from cti.domain import events
from cti.domain.events import Direction, Event, LegEnd, LegEnded, RingResult, Source, StintOutcome


def kind_of(event: Event) -> str:
    """The event's name on the wire: ``CallStarted`` → ``call_started``."""
    return _KIND_BY_CLASS[type(event)]


def to_payload(event: Event) -> dict[str, Any]:
    """Plain JSON values of an event, its name as `event`; the inverse of `from_payload`."""
    payload: dict[str, Any] = {"event": kind_of(event)}
    for field in fields(event):
        value = getattr(event, field.name)
        payload[field.name] = value.isoformat() if isinstance(value, datetime) else value
    return payload


def from_payload(payload: Mapping[str, Any]) -> Event:
    """Rebuild an event written by `to_payload`. Raises KeyError for an unknown kind."""
    decoder = _Decoder.of(payload["event"])
    return decoder.build(payload)


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name))


_CLASS_BY_KIND: dict[str, type[Event]] = {
    _snake(name): thing
    for name, thing in vars(events).items()
    if isinstance(thing, type) and issubclass(thing, Event)
}
_KIND_BY_CLASS: dict[type[Event], str] = {c: k for k, c in _CLASS_BY_KIND.items()}


@dataclass(frozen=True, slots=True)
class _Decoder:
    """Turns plain values back into the types that the event's fields declare."""

    event_class: type[Event]
    ENUMS: ClassVar[Mapping[str, type[StrEnum]]] = {
        "source": Source,
        "direction": Direction,
        "outcome": StintOutcome,
        "result": RingResult,
    }

    @classmethod
    def of(cls, kind: str) -> Self:
        return cls(_CLASS_BY_KIND[kind])

    def build(self, payload: Mapping[str, Any]) -> Event:
        known = {f.name for f in fields(self.event_class)}
        return self.event_class(**{k: self._decode(k, v) for k, v in payload.items() if k in known})

    def _decode(self, name: str, value: Any) -> Any:
        if name in ("at", "since"):
            return datetime.fromisoformat(value).astimezone(UTC)
        if name == "reason" and self.event_class is LegEnded:
            return LegEnd(value)
        enum = self.ENUMS.get(name)
        return enum(value) if enum is not None else value
