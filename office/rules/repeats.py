"""Which of many refusals alike are written down: the first ones, then each time they have doubled."""

from collections import OrderedDict
from datetime import datetime, timedelta

# Whoever tries the same again and again, by a script perhaps, must not be able to fill the disk.
ALL_OF_THE_FIRST = 10
WITHIN = timedelta(minutes=10)
MOST_KEPT = 10_000


class Repeats:
    """Counts in memory what is alike; beyond MOST_KEPT kinds the oldest is forgotten and begins anew."""

    def __init__(self) -> None:
        self._seen: OrderedDict[tuple[str, ...], tuple[datetime, int]] = OrderedDict()

    def count(self, kind: tuple[str, ...], now: datetime) -> int:
        """How many times it came, this one included, since the first one of the last WITHIN."""
        since, times = self._seen.get(kind, (now, 0))
        if now - since >= WITHIN:
            since, times = now, 0
        self._seen[kind] = since, times + 1
        if times == 0:
            self._seen.move_to_end(kind)
            while len(self._seen) > MOST_KEPT:
                self._seen.popitem(last=False)
        return times + 1


def is_noted(times: int) -> bool:
    """Whether the one with this number is written down."""
    if times <= ALL_OF_THE_FIRST:
        return True
    doubled, rest = divmod(times, ALL_OF_THE_FIRST)
    return rest == 0 and doubled.bit_count() == 1
