"""The bus inside one process."""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from typing import Any

from cti.bus.contract import SubscriberTooSlow


class LocalSubscription:
    """A bounded queue of one subscriber. Overflow rule: cut off, see `SubscriberTooSlow`."""

    def __init__(self, bus: "LocalBus", topic: str, capacity: int) -> None:
        self._bus = bus
        self._topic = topic
        self._capacity = capacity
        self._waiting: deque[Any] = deque()
        self._wake = asyncio.Event()
        self._closed = False
        self._too_slow = False

    def __aiter__(self) -> AsyncIterator[Any]:
        return self

    async def __anext__(self) -> Any:
        while not self._waiting:
            if self._too_slow:
                raise SubscriberTooSlow(f"more than {self._capacity} messages of {self._topic} were waiting")
            if self._closed:
                raise StopAsyncIteration
            self._wake.clear()
            await self._wake.wait()
        return self._waiting.popleft()

    def close(self) -> None:
        """Stop receiving."""
        self._closed = True
        self._bus.forget(self._topic, self)
        self._wake.set()

    def deliver(self, message: Any) -> None:
        """Called by the bus."""
        if len(self._waiting) >= self._capacity:
            self._too_slow = True
            self._waiting.clear()
            self.close()
        else:
            self._waiting.append(message)
            self._wake.set()


class LocalBus:
    """Delivers on the event loop's own thread, so order needs no lock."""

    def __init__(self) -> None:
        self._subscribers: dict[str, list[LocalSubscription]] = defaultdict(list)

    def publish(self, topic: str, message: Any) -> None:
        """Hand the message to each subscriber; a full one is cut off."""
        for subscription in tuple(self._subscribers[topic]):
            subscription.deliver(message)

    def subscribe(self, topic: str, *, capacity: int) -> LocalSubscription:
        """Messages of the topic from now on."""
        subscription = LocalSubscription(self, topic, capacity)
        self._subscribers[topic].append(subscription)
        return subscription

    def forget(self, topic: str, subscription: LocalSubscription) -> None:
        """Drop a closed subscription; doing so twice is harmless."""
        if subscription in self._subscribers[topic]:
            self._subscribers[topic].remove(subscription)
