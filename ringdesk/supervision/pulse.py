"""Asks a process whether it works, and counts how long it has been silent in time of its own.

Busy is told from hung by asking once and waiting: an event loop that turns slowly does answer in the end.
What counts as silence is only the time in which the process could have answered and did not.
"""

import asyncio
from collections.abc import Awaitable, Callable

from ringdesk.supervision.own_time import Moment, own_s

Ask = Callable[[], Awaitable[bool]]
"""Waits for the answer, however long it takes: true when it works, false when there is nobody to ask."""


class Pulse:
    """One question at a time. `pid` names the process as far as it is known."""

    def __init__(self, ask: Ask, pid: Callable[[], int | None], *, patience_s: float) -> None:
        """`patience_s`: how long one look waits for an answer, and the longest pause between two looks."""
        self._ask = ask
        self._pid = pid
        self._patience_s = patience_s
        self._question: asyncio.Future[bool] | None = None
        self._since: tuple[float, Moment | None] | None = None
        self.silent_s = 0.0
        """How long it has been silent."""

    async def look(self) -> bool:
        """Whether it answered just now; `silent_s` is brought up to date."""
        if self._question is None:
            self._question = asyncio.ensure_future(self._ask())
            if self._since is None:
                self._since = self._now()
        await asyncio.wait({self._question}, timeout=self._patience_s)
        if not self._question.done():
            self._count()
            return False
        question, self._question = self._question, None
        if question.result():
            self.silent_s, self._since = 0.0, None
            return True
        self._count()
        return False

    def close(self) -> None:
        """Nobody waits for the answer any more."""
        if self._question is not None:
            self._question.cancel()
            self._question = None

    def _count(self) -> None:
        before, self._since = self._since, self._now()
        assert before is not None
        (then, earlier), (now, later) = before, self._since
        # A look that comes later than that says that we ourselves were kept from looking.
        at_most_s = 3 * self._patience_s
        if earlier is None or later is None:
            self.silent_s += min(now - then, at_most_s)
        else:
            self.silent_s += own_s(earlier, later, at_most_s)

    def _now(self) -> tuple[float, Moment | None]:
        pid = self._pid()
        return asyncio.get_running_loop().time(), Moment.of(pid) if pid is not None else None
