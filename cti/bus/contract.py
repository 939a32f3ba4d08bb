"""What every bus promises; tests/unit/cti/bus holds each implementation to it.

`publish` never blocks and never fails because of a subscriber. A subscriber sees the messages of its topic in
order, from its subscription on, and no message twice. Each subscription is bounded: one that falls behind by
more than its capacity is cut off with `SubscriberTooSlow` instead of losing single messages in silence; see
`following.py` for starting again.
"""

from collections.abc import AsyncIterator
from typing import Any, Protocol


class SubscriberTooSlow(RuntimeError):
    """The subscription's bound overflowed; subscribe again and start from a snapshot."""


class Subscription(Protocol):
    """One subscriber's view of a topic."""

    def __aiter__(self) -> AsyncIterator[Any]: ...

    async def __anext__(self) -> Any: ...

    def close(self) -> None:
        """Stop; the iteration ends after the messages already delivered."""


class Bus(Protocol):
    """Publish and subscribe by topic."""

    def publish(self, topic: str, message: Any) -> None:
        """Hand `message` to every current subscriber of `topic`."""

    def subscribe(self, topic: str, *, capacity: int) -> Subscription:
        """Messages of `topic` from now on, at most `capacity` waiting."""


FLOOR = "floor"
"""Topic of `cti.domain.floor.Applied`, one for each event folded into the floor."""

PHONE = "phone"
"""Topic of `cti.control.commands.PhoneInstruction`, for the tab that owns an agent's phone."""
