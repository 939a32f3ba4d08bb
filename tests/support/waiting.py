"""Waiting for what another process does: asked again and again, bounded in time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")
ASK_EVERY_S = 0.2


async def until(question: Callable[[], Awaitable[T | None]], within_s: float = 30) -> T:
    """The first answer that is not None (or empty, or False). Raises TimeoutError."""
    async with asyncio.timeout(within_s):
        while not (answer := await question()):  # noqa: ASYNC110 - no event crosses the processes
            await asyncio.sleep(ASK_EVERY_S)
    return answer
