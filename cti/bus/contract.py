"""What every bus promises; tests/unit/cti/bus holds each implementation to it.

`publish` never blocks and never fails because of a subscriber. A subscriber sees the messages of its topic in
order, from its subscription on, and no message twice. Each subscription is bounded: one that falls behind by
more than its capacity is cut off with `SubscriberTooSlow` instead of losing single messages in silence; see
`following.py` for starting again. Messages are frozen, and a topic says how they are written, so that a
subscriber may live in another process.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class CutOff(RuntimeError):
    """The subscription is of no more use, and messages were missed: subscribe again, from a snapshot on."""


class SubscriberTooSlow(CutOff):
    """The subscription's bound overflowed."""


class ConnectionLost(CutOff):
    """The process with the bus went away, or the way to it."""


@dataclass(frozen=True, slots=True)
class Topic(Generic[T]):
    """What is published under one name, and how it crosses the border of a process."""

    name: str
    encode: Callable[[T], bytes]
    decode: Callable[[bytes], T]


class Subscription(Protocol[T_co]):
    """One subscriber's view of a topic."""

    def __aiter__(self) -> AsyncIterator[T_co]: ...

    async def __anext__(self) -> T_co: ...

    def close(self) -> None:
        """Stop; the iteration ends after the messages already delivered."""


class Subscribing(Protocol):
    """The side of a bus that subscribers need."""

    def subscribe(self, topic: Topic[T], *, capacity: int) -> Subscription[T]:
        """Messages of `topic` from now on, at most `capacity` waiting."""


class Bus(Subscribing, Protocol):
    """Publish and subscribe by topic."""

    def publish(self, topic: Topic[T], message: T) -> None:
        """Hand `message` to every current subscriber of `topic`."""
