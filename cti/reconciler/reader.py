"""Reads both of Asterisk's files side by side into the ledger, and knows where each open call begins."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import structlog

from cti.domain import events as ev
from cti.domain.refusals import CallTurnedAway
from cti.reconciler.bookmark import Bookmark
from cti.reconciler.tail import Place, Tail
from cti.records.cel import parse_cel
from cti.records.ledger import CallRecords, Ledger
from cti.records.parsed import Parsed, Placed
from cti.records.queue_log import QueueLine, parse_queue_log
from cti.records.turned_away import turned_away

R = TypeVar("R")
log = structlog.get_logger(__name__)

CEL_FILE = Path("cel-custom", "ringdesk.csv")
QUEUE_LOG_FILE = Path("queue_log")
# Without a bookmark: so much of the past is looked at, for the calls in progress.
LOOK_BACK = 4 << 20


@dataclass(slots=True)
class Round:
    """What one turn of reading brought besides calls, and whether there is more to read."""

    members: list[ev.AgentEvent] = field(default_factory=list)
    turned_away: list[CallTurnedAway] = field(default_factory=list)
    more: bool = False


class Reader:
    """The two files from a bookmark on. Blocks on the disk: call it in a thread, one call at a time."""

    def __init__(self, folder: Path, bookmark: Bookmark | None) -> None:
        self.ledger = Ledger()
        self.read_until: datetime | None = None
        self._cel = Tail(folder / CEL_FILE, bookmark.cel if bookmark else None)
        self._log = Tail(folder / QUEUE_LOG_FILE, bookmark.queue_log if bookmark else None)
        self._lines: deque[tuple[Place, Placed[QueueLine]]] = deque()
        self._begins: dict[str, Bookmark] = {}
        if bookmark is None:
            self._cel.look_back(LOOK_BACK)
            self._log.look_back(LOOK_BACK)

    def read(self) -> Round:
        """One piece of CEL, and queue_log as far as that piece's time; all of both after enough turns."""
        # queue_log first: what it says of a call is then never newer than what CEL says.
        self._refill()
        log_place = self._log_place
        start, records, more = _read_piece(self._cel, parse_cel)
        refused: list[CallTurnedAway] = []
        for placed in records:
            if (fact := turned_away(placed.record)) is not None:
                refused.append(fact)
            began = self.ledger.add_record(placed.record)
            if began is not None:
                self._begins[began.call_id] = Bookmark(_behind(start, placed.offset), log_place)
            self.read_until = placed.record.at
        return Round(self._take_lines(self.read_until if more else None), refused, more)

    def forget(self, calls: Iterable[CallRecords]) -> None:
        """Drop calls that are stored; the bookmark may pass them."""
        ids = [call.call_id for call in calls]
        self.ledger.drop(ids)
        for call_id in ids:
            self._begins.pop(call_id, None)

    def bookmark(self, heard_until: datetime | None) -> Bookmark:
        """Where reading has to begin again: at the oldest call that is still in the ledger."""
        oldest = next(iter(self.ledger.calls), None)
        place = self._begins.get(oldest or "") or Bookmark(self._cel.place, self._log_place)
        return replace(place, heard_until=heard_until)

    def take_loss(self) -> bool:
        """Whether records were gone before they could be read, since the last time this was asked."""
        lost = self._cel.lost or self._log.lost or self.ledger.forgotten > 0
        self._cel.lost = self._log.lost = False
        self.ledger.forgotten = 0
        return lost

    @property
    def _log_place(self) -> Place:
        if not self._lines:
            return self._log.place
        start, line = self._lines[0]
        return _behind(start, line.offset)

    def _take_lines(self, until: datetime | None) -> list[ev.AgentEvent]:
        members: list[ev.AgentEvent] = []
        while self._lines and (until is None or self._lines[0][1].record.at <= until):
            members.extend(self.ledger.add_line(self._lines.popleft()[1].record))
            self._refill()
        return members

    def _refill(self) -> None:
        if not self._lines:
            start, lines, _ = _read_piece(self._log, parse_queue_log)
            self._lines.extend((start, line) for line in lines)


def _read_piece(tail: Tail, parse: Callable[[bytes], Parsed[R]]) -> tuple[Place, tuple[Placed[R], ...], bool]:
    """Where the next piece begins, its records, and whether it brought the tail forward."""
    data = tail.next()
    start = tail.place
    parsed = parse(data)
    consumed = parsed.consumed
    if consumed == 0 and data and tail.is_last_word:
        # The rest of a rotated file is never completed.
        consumed = len(data)
    tail.advance(consumed)
    if parsed.bad:
        log.warning("records not understood", after=start.offset, count=parsed.bad)
    return start, parsed.records, consumed > 0


def _behind(place: Place, offset: int) -> Place:
    return replace(place, offset=place.offset + offset)
