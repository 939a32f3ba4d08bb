"""Compares a call that is over with what Asterisk wrote about it, and says what we missed."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Protocol

import structlog

from cti.domain import events as ev
from cti.domain.call import Call
from cti.records.comparison import Difference, differences, fold
from cti.records.ledger import CallRecords

log = structlog.get_logger(__name__)


class KnownCalls(Protocol):
    """What we know of calls without the records."""

    def live(self, call_id: str) -> Call | None:
        """The call as it is on the floor, also some time after its end."""

    async def stored(self, call_ids: Collection[str]) -> set[str]:
        """Those of the ids whose calls are in storage with their end."""

    async def guessed(self, call_ids: Collection[str]) -> set[str]:
        """Those of the ids whose calls are in storage with something in them that was only guessed."""


class EndCheck:
    """Looks at each call once. What differs is told as `DriftFound`, then come the facts that were missing;
    and, with or without that, those that are known less exactly than they were written.
    """

    def __init__(
        self, known: KnownCalls, emit: Callable[[ev.Event], object], clock: Callable[[], datetime]
    ) -> None:
        self._known = known
        self._emit = emit
        self._clock = clock

    async def look_at(self, records: CallRecords) -> None:
        """Compare, repair, and settle the records. They stay as they are when storage cannot be asked."""
        events = records.events()
        theirs, ours = fold(events), self._known.live(records.call_id)
        if theirs is None or (ours is None and await self._is_stored(records.call_id)):
            records.settle(self._clock())
            return
        if ours is None:
            found: tuple[Difference, ...] = (Difference("all", "", "a call that was not heard"),)
        else:
            found = differences(ours, theirs)
        records.settle(self._clock())
        for difference in found:
            self._tell(records.call_id, difference)
        for event in events:
            if ours is None or ours.is_improved_by(event) or (found and not ours.knows(event)):
                self._emit(event)

    async def _is_stored(self, call_id: str) -> bool:
        """Whether storage has all that the records could tell."""
        return bool(await self._known.stored([call_id])) and not await self._known.guessed([call_id])

    def _tell(self, call_id: str, difference: Difference) -> None:
        subject = f"call {call_id}: {difference.part}"
        log.warning("drift", subject=subject, ours=difference.ours, theirs=difference.theirs)
        self._emit(
            ev.DriftFound(
                at=self._clock(),
                source=ev.Source.RECORD,
                subject=subject,
                ours=difference.ours,
                theirs=difference.theirs,
            )
        )
