"""The bus inside one process."""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from typing import Any, Generic, TypeVar

from cti.bus.contract import SubscriberTooSlow, Topic

T = TypeVar("T")


class LocalSubscription(Generic[T]):
    """A bounded queue of one subscriber. Overflow rule: cut off, see `SubscriberTooSlow`."""

    def __init__(self, bus: "LocalBus", topic: str, capacity: int) -> None:
        self._bus = bus
        self._topic = topic
        self._capacity = capacity
        self._waiting: deque[T] = deque()
        self._wake = asyncio.Event()
        self._closed = False
        self._too_slow = False

    def __aiter__(self) -> AsyncIterator[T]:
        return self

    async def __anext__(self) -> T:
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

    def deliver(self, message: T) -> None:
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
        self._subscribers: dict[str, list[LocalSubscription[Any]]] = defaultdict(list)

    def publish(self, topic: Topic[T], message: T) -> None:
        """Hand the message to each subscriber; a full one is cut off."""
        for subscription in tuple(self._subscribers[topic.name]):
            subscription.deliver(message)

    def subscribe(self, topic: Topic[T], *, capacity: int) -> LocalSubscription[T]:
        """Messages of the topic from now on."""
        subscription: LocalSubscription[T] = LocalSubscription(self, topic.name, capacity)
        self._subscribers[topic.name].append(subscription)
        return subscription

    def forget(self, topic: str, subscription: LocalSubscription[Any]) -> None:
        """Drop a closed subscription; doing so twice is harmless."""
        if subscription in self._subscribers[topic]:
            self._subscribers[topic].remove(subscription)
