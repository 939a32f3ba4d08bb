"""The pieces a call is made of: menu steps, stints, offers, legs and recordings. Frozen: they travel."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from cti.domain import events as ev


class Step(Struct, frozen=True, gc=False):
    """One step of the voice menu and the exit by which the caller left it."""

    at: datetime
    step: str
    kind: str
    exit: str
    keys: str
    language: str


class Stint(Struct, frozen=True, gc=False):
    """One stay in one queue. `waited_s` counts from `entered_at`; None while it lasts."""

    no: int
    queue: str
    entered_at: datetime
    priority: int = 0
    left_at: datetime | None = None
    outcome: ev.StintOutcome | None = None

    @property
    def waited_s(self) -> float | None:
        """Seconds spent in the queue, None while the caller still waits."""
        return None if self.left_at is None else (self.left_at - self.entered_at).total_seconds()


class Offer(Struct, frozen=True, gc=False):
    """One agent's phone ringing for this call."""

    agent: str
    queue: str | None
    rang_at: datetime
    ended_at: datetime | None = None
    result: ev.RingResult | None = None


class Leg(Struct, frozen=True):
    """One agent's part of the call. Holds are (from, to); `holds_known` is False when a gap hid some."""

    no: int
    agent: str
    queue: str | None
    stint: int | None
    channel: str
    started_at: datetime
    ended_at: datetime | None = None
    end: ev.LegEnd | None = None
    holds: tuple[tuple[datetime, datetime | None], ...] = ()
    holds_known: bool = True

    @property
    def hold_s(self) -> float | None:
        """Seconds on hold, None when Asterisk's records cannot tell."""
        if not self.holds_known:
            return None
        return sum((b - a).total_seconds() for a, b in self.holds if b is not None)

    @property
    def talk_s(self) -> float | None:
        """Seconds of conversation without hold, None while it lasts; hold that is not known is in it."""
        if self.ended_at is None:
            return None
        return (self.ended_at - self.started_at).total_seconds() - (self.hold_s or 0.0)

    @property
    def held_since(self) -> datetime | None:
        """When the hold that still lasts began."""
        return self.holds[-1][0] if self.holds and self.holds[-1][1] is None else None


class Note(Struct, frozen=True, gc=False):
    """What an agent wrote for whoever takes the call after them; it stays with the call."""

    agent: str
    text: str


class _Stay(Protocol):
    @property
    def queue(self) -> str: ...

    @property
    def entered_at(self) -> datetime: ...


class _Part(Protocol):
    @property
    def queue(self) -> str | None: ...

    @property
    def started_at(self) -> datetime: ...


def came_by(leg: _Part, stays: Iterable[_Stay]) -> str | None:
    """The queue by which the caller came to this agent: before a direct transfer it is the last one."""
    if leg.queue is not None:
        return leg.queue
    return next((it.queue for it in reversed(list(stays)) if it.entered_at <= leg.started_at), None)


class Recorded(Struct, frozen=True, gc=False):
    """A recording that Asterisk began for one leg, by its file name; it ends with the leg."""

    file: str
    started_at: datetime
    ended_at: datetime | None = None
