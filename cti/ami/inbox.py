"""The bounded queue of raw events between the connection and its one consumer."""

import asyncio
from collections import deque


class Inbox:
    """Holds at most `limit` messages.

    Overflow rule: the offer is refused and the connection breaks itself off, so that the floor is compared
    with Asterisk again; dropping an event without a word would be a lie.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._messages: deque[bytes] = deque()
        self._stirred = asyncio.Event()
        self._closed = False

    def __len__(self) -> int:
        return len(self._messages)

    def offer(self, raw: bytes) -> bool:
        """Queues one message; False when there is no room."""
        if len(self._messages) >= self._limit:
            return False
        self._messages.append(raw)
        self._stirred.set()
        return True

    def close(self) -> None:
        """Nothing more will come; what is queued can still be taken."""
        self._closed = True
        self._stirred.set()

    async def take(self, at_most: int) -> list[bytes]:
        """Waits for messages and returns the oldest; an empty list when closed and drained."""
        await self._stirred.wait()
        taken = [self._messages.popleft() for _ in range(min(at_most, len(self._messages)))]
        if not self._messages and not self._closed:
            self._stirred.clear()
        return taken
