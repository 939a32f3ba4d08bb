"""What waits in memory to be written: items in order, and the calls that changed since the last batch."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from cti.domain.views import CallView
from cti.recorder.items import Item, happened_at
from storage.records import CallRecord


@dataclass(frozen=True, slots=True)
class Lost:
    """How many records had to be dropped, and the stretch of time that they were about."""

    count: int
    since: datetime
    until: datetime


class Backlog:
    """Overflow rule: past `bound` items the oldest are dropped and counted in `lost`.

    A call that changes often is kept once: it is turned into a record only when a batch is taken.
    """

    def __init__(self, bound: int, record: Callable[[CallView], CallRecord]) -> None:
        self._bound = bound
        self._record = record
        self._items: deque[Item] = deque()
        self._changed: dict[str, CallView] = {}
        self.lost: Lost | None = None

    def __len__(self) -> int:
        return len(self._items) + len(self._changed)

    def add(self, items: Iterable[Item], calls: Iterable[CallView]) -> None:
        """Remember what to write."""
        self._items.extend(items)
        self._changed.update((call.id, call) for call in calls)
        self._drop_oldest()

    def take(self) -> list[Item]:
        """Everything that waits, oldest first, each changed call as it is now."""
        taken = [*self._items, *map(self._record, self._changed.values())]
        self._items.clear()
        self._changed.clear()
        return taken

    def put_back(self, items: Iterable[Item]) -> None:
        """Items taken before that could not be written; they come first again."""
        self._items.extendleft(reversed(list(items)))
        self._drop_oldest()

    def take_lost(self) -> Lost | None:
        """What was lost since this was asked last: whoever writes it down may meanwhile lose more."""
        taken, self.lost = self.lost, None
        return taken

    def note_lost(self, lost: Lost) -> None:
        """Add a loss, also one that was taken before and could not be written down."""
        known = self.lost
        if known is not None:
            since, until = min(known.since, lost.since), max(known.until, lost.until)
            lost = Lost(known.count + lost.count, since, until)
        self.lost = lost

    def _drop_oldest(self) -> None:
        while len(self._items) > self._bound:
            at = happened_at(self._items.popleft())
            self.note_lost(Lost(1, at, at))
