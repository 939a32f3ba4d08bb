"""Keeps the book of refused calls: tells its changes once a second, and what repeats."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog

from cti.domain import events as ev
from cti.domain.refusals import CallTurnedAway, RefusalsRepeat, Repeating
from cti.refused.book import RefusalBook

log = structlog.get_logger(__name__)

TELL_EVERY_S = 1.0
# Whoever follows the floor must not fall behind for it.
MOST_AT_ONCE = 200


class RefusalKeeper:
    """Facts come in by `note`, as many as there are; what leaves by `report` is bounded by the book."""

    def __init__(
        self,
        book: RefusalBook,
        report: Callable[[ev.Event], object],
        clock: Callable[[], datetime],
        *,
        every_s: float = TELL_EVERY_S,
    ) -> None:
        self._book = book
        self._report = report
        self._clock = clock
        self._every_s = every_s
        self._told: tuple[Repeating, ...] = ()

    def note(self, fact: CallTurnedAway) -> None:
        """One call that did not come in."""
        self._book.note(fact)

    async def run(self) -> None:
        """Tell until cancelled, and once more then."""
        try:
            while True:
                self.tell()
                await asyncio.sleep(self._every_s)
        finally:
            self.tell(all_of_it=True)

    def tell(self, *, all_of_it: bool = False) -> None:
        """What is new since the last time; of more lines than followers can take, the rest the next time."""
        for line in self._book.take_changed(None if all_of_it else MOST_AT_ONCE):
            self._report(line)
        repeating = self._book.repeating(self._clock())
        if repeating != self._told:
            for each in {(r.cause, r.trunk) for r in repeating} - {(r.cause, r.trunk) for r in self._told}:
                log.warning("calls are refused again and again", cause=each[0], trunk=each[1])
            self._told = repeating
            now = self._clock()
            self._report(RefusalsRepeat(at=now, source=ev.Source.SERVICE, repeating=repeating))
