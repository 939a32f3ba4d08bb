"""Follows a topic for a subscriber who may be cut off: it starts again, and ends nothing."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import TypeVar

import structlog

from cti.bus.contract import CutOff, Subscribing, Topic

log = structlog.get_logger(__name__)

T = TypeVar("T")


async def _nothing() -> None:
    """Of a topic whose messages mean nothing to who comes later there is no start."""


async def following(
    bus: Subscribing,
    topic: Topic[T],
    *,
    capacity: int,
    start: Callable[[], Awaitable[object]] = _nothing,
) -> AsyncGenerator[T, None]:
    """The messages of a topic, for ever.

    `start` is awaited after each subscription, the first one too: it takes in how things are now, because
    what was told before is not told again. What is told while it works waits, and follows.
    """
    while True:
        subscription = bus.subscribe(topic, capacity=capacity)
        try:
            await start()
            async for message in subscription:
                yield message
            return
        except CutOff as problem:
            task = asyncio.current_task()
            log.warning("cut off, starts again", subscriber=task and task.get_name(), problem=str(problem))
        finally:
            subscription.close()
