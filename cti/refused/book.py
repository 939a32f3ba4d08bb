"""The book in which refused calls are counted: bounded, whatever comes."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cti.domain.refusals import CallsRefused, CallTurnedAway, RefusalCause, Repeating

SLOT = timedelta(minutes=1)
# A flood is one line with a number, and there are so many lines a minute at most; the rest is told together.
MOST_LINES = 200
# What Asterisk's records tell of a long absence comes all at once, minute after minute.
MOST_OPEN = 5000


@dataclass(slots=True)
class _Line:
    """What one line of the book says so far."""

    uid: str
    first: CallTurnedAway
    last_at: datetime
    count: int = 0


@dataclass(slots=True)
class _Minute:
    """How often in one minute."""

    first: datetime
    last: datetime
    count: int = 0

    def add(self, first: datetime, last: datetime, count: int) -> None:
        self.first, self.last = min(self.first, first), max(self.last, last)
        self.count += count


_Key = tuple[datetime, str, str, str, str, str]


@dataclass(slots=True)
class RefusalBook:
    """Counts refused calls by minute, cause, trunk, numbers and address.

    `often` within `window` makes a cause repeat. `epoch` makes the lines' identities unlike those of another
    run of the service.
    """

    epoch: str
    often: int
    window: timedelta
    _lines: dict[_Key, _Line] = field(default_factory=dict)
    _in_slot: Counter[datetime] = field(default_factory=Counter)
    _changed: dict[_Key, None] = field(default_factory=dict)
    _minutes: dict[tuple[RefusalCause, str], dict[datetime, _Minute]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    _written: int = 0

    def note(self, fact: CallTurnedAway) -> None:
        """One call that did not come in."""
        slot = _slot(fact.at)
        key = (slot, fact.cause, fact.trunk, fact.number, fact.dialled, fact.address)
        is_full = self._in_slot[slot] >= MOST_LINES or len(self._lines) >= MOST_OPEN
        if key not in self._lines and is_full:
            fact = _without_details(fact)
            key = (slot, fact.cause, fact.trunk, "", "", "")
        line = self._lines.get(key)
        if line is None:
            self._written += 1
            self._in_slot[slot] += 1
            line = self._lines[key] = _Line(f"{self.epoch}:{self._written}", fact, fact.at)
        line.count += 1
        line.last_at = max(line.last_at, fact.at)
        self._changed[key] = None
        self._count(fact.cause, fact.trunk, fact.at, fact.at, 1)

    def resume(self, lines: Iterable[CallsRefused]) -> None:
        """What an earlier run wrote down within the window."""
        for line in lines:
            self._count(line.cause, line.trunk, line.first_at, line.at, line.count)

    def take_changed(self, most: int | None = None) -> list[CallsRefused]:
        """The lines that are new or count more than when they were taken last, the first `most` of them."""
        taken = list(self._changed)[:most]
        told = [_told(self._lines[key]) for key in taken]
        for key in taken:
            del self._changed[key]
        self._close_lines()
        return told

    def _close_lines(self) -> None:
        """A line whose minute is over is not written in any more."""
        newest = max((key[0] for key in self._lines), default=None)
        over = [key for key in self._lines if newest is not None and key[0] < newest - SLOT]
        for key in [key for key in over if key not in self._changed]:
            del self._lines[key]
        self._in_slot = Counter(key[0] for key in self._lines)

    def repeating(self, now: datetime) -> tuple[Repeating, ...]:
        """What came up often within the window, the most frequent first."""
        found = []
        for pair, minutes in list(self._minutes.items()):
            for slot in [slot for slot in minutes if slot <= now - self.window]:
                del minutes[slot]
            if not minutes:
                del self._minutes[pair]
                continue
            count = sum(minute.count for minute in minutes.values())
            if count >= self.often:
                first = min(minute.first for minute in minutes.values())
                last = max(minute.last for minute in minutes.values())
                found.append(Repeating(*pair, count, first, last))
        return tuple(sorted(found, key=lambda each: (-each.count, each.cause, each.trunk)))

    def _count(self, cause: RefusalCause, trunk: str, first: datetime, last: datetime, count: int) -> None:
        minutes = self._minutes[cause, trunk]
        minutes.setdefault(_slot(first), _Minute(first, last)).add(first, last, count)


def _slot(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _without_details(fact: CallTurnedAway) -> CallTurnedAway:
    return CallTurnedAway(at=fact.at, source=fact.source, cause=fact.cause, trunk=fact.trunk)


def _told(line: _Line) -> CallsRefused:
    first = line.first
    return CallsRefused(
        at=line.last_at,
        source=first.source,
        uid=line.uid,
        first_at=first.at,
        cause=first.cause,
        trunk=first.trunk,
        number=first.number,
        dialled=first.dialled,
        address=first.address,
        detail=first.detail,
        count=line.count,
    )
