"""Follows a topic for a subscriber who may be too slow: cut off, it starts again and ends nothing."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Any

import structlog

from cti.bus.contract import Bus, SubscriberTooSlow

log = structlog.get_logger(__name__)


async def following(
    bus: Bus, topic: str, *, capacity: int, start: Callable[[], object] = lambda: None
) -> AsyncGenerator[Any, None]:
    """The messages of a topic, for ever.

    `start` is called after each subscription, the first one too: it takes in how things are now, because what
    was told before is not told again. It does not wait; nothing is missed between it and the first message.
    """
    while True:
        subscription = bus.subscribe(topic, capacity=capacity)
        try:
            start()
            async for message in subscription:
                yield message
            return
        except SubscriberTooSlow as problem:
            task = asyncio.current_task()
            log.warning("too slow, starts again", subscriber=task and task.get_name(), problem=str(problem))
        finally:
            subscription.close()
