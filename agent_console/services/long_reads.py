"""Turns at what may read much: few at once in all, fewer for one user, so that no user holds up the rest."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from agent_console.http.problems import Problem
from storage.pools import SHARES, Work

PER_USER = 2
# A console asks for three or four things at once; more is a script, or a page loaded again and again.
MOST_WAITING_PER_USER = 12
WAIT_SECONDS = 10.0


@dataclass(slots=True)
class _Turns:
    """One user's: `asked` counts those that read and those that wait."""

    free: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(PER_USER))
    asked: int = 0


class LongReads:
    """Gives turns. Past the bounds a request is refused, with a code that says to come again."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(SHARES[Work.LISTS].connections)
        self._of: dict[int, _Turns] = {}

    @asynccontextmanager
    async def turn(self, user_id: int) -> AsyncIterator[None]:
        """Wait for a turn and hold it for as long as the block runs. Raises Problem `busy`."""
        turns = self._of.setdefault(user_id, _Turns())
        if turns.asked >= PER_USER + MOST_WAITING_PER_USER:
            raise _busy()
        turns.asked += 1
        try:
            async with asyncio.timeout(WAIT_SECONDS) as patience, turns.free, self._free:
                patience.reschedule(None)
                yield
        except TimeoutError:
            if patience.expired():
                raise _busy() from None
            raise
        finally:
            turns.asked -= 1
            if turns.asked == 0:
                del self._of[user_id]


def _busy() -> Problem:
    detail = "Too many lists are asked for at once; try again in a moment."
    return Problem(503, "busy", detail, headers={"Retry-After": "2"})
