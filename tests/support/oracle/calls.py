"""The shape in which two accounts of the same calls are compared: Asterisk's and Ringdesk's."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the voice menu."""

    step: str
    exit: str
    keys: str
    at: float


@dataclass(frozen=True, slots=True)
class Stint:
    """One stay in a queue; `left` is the moment of the conversation when it was answered."""

    no: int
    queue: str
    priority: int
    entered: float
    left: float | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Offer:
    """One phone that rang, and what became of it; None while it rings."""

    agent: str
    rang: float
    became: str | None


@dataclass(frozen=True, slots=True)
class Leg:
    """One agent's part in the conversation; `spoke` in seconds, hold included: Asterisk records none."""

    agent: str
    started: float
    ended: float | None
    spoke: float | None


@dataclass(frozen=True, slots=True)
class OneCall:
    """A caller's call from entry to end; times in seconds since 1970."""

    id: str
    number: str
    hotline: str
    started: float
    ended: float | None
    cause: int | None
    outcome: str | None
    first_queue: str | None
    last_agent: str | None
    steps: tuple[Step, ...]
    stints: tuple[Stint, ...]
    offers: tuple[Offer, ...]
    legs: tuple[Leg, ...]
