"""One queue as the floor sees it: who waits, and the figures of the local day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from cti.domain.call_parts import Stint
from cti.domain.metrics import ServiceLevels, StintCounts, service_levels


@dataclass(frozen=True, slots=True)
class QueueInfo:
    """What the firm set for a queue: from storage. Durations in seconds."""

    name: str
    title_zh: str
    title_en: str
    sl_seconds: int = 15
    short_abandon_seconds: int = 5
    wrap_up_seconds: int = 30


class QueueReading:
    """Derived from a queue's parts, live or frozen."""

    __slots__ = ()

    if TYPE_CHECKING:
        # Not at run time: a dataclass would take them for the defaults of its own fields.
        @property
        def info(self) -> QueueInfo: ...
        @property
        def waiting(self) -> Mapping[str, datetime]: ...
        @property
        def tests(self) -> frozenset[str]: ...
        @property
        def counts(self) -> StintCounts: ...

    @property
    def offered(self) -> int:
        """Calls of the day that entered: reconciles with every outcome and those still waiting."""
        return self.counts.finished + len(self.waiting) - len(self.tests)

    def levels(self, now: datetime) -> ServiceLevels:
        """Service level of the day so far."""
        waiting = [at for call_id, at in self.waiting.items() if call_id not in self.tests]
        in_time = sum((now - at).total_seconds() < self.info.sl_seconds for at in waiting)
        return service_levels(self.counts, waiting=len(waiting), waiting_in_time=in_time)


@dataclass(slots=True)
class Queue(QueueReading):
    """The live queue. `waiting` maps the call's id to the moment it entered, in order of arrival.

    `tests` are those among them that the test caller placed: agents answer them, no figure counts them.

    `since` is the beginning of the local day that the figures are about.
    """

    info: QueueInfo
    day: date
    since: datetime
    waiting: Mapping[str, datetime] = field(default_factory=dict)
    tests: frozenset[str] = frozenset()
    counts: StintCounts = field(default_factory=StintCounts)
    complete: bool = True

    def entered(self, call_id: str, at: datetime, *, test: bool = False) -> None:
        """A call began to wait."""
        # What was published before is never changed: it may be on its way to somebody.
        self.waiting = {**self.waiting, call_id: at}
        if test:
            self.tests |= {call_id}

    def left(self, call_id: str) -> None:
        """A call does not wait any more; harmless for one that did not."""
        if call_id in self.waiting:
            self.waiting = {known: at for known, at in self.waiting.items() if known != call_id}
            self.tests -= {call_id}

    def count(self, stint: Stint, by: int = 1) -> None:
        """Add a stint that finished on this day to the figures, or with -1 take it back.

        One that lasts is not counted yet, and one that finished before midnight belongs to another day: what
        the records tell, or correct, may come that late.
        """
        if stint.left_at is None or stint.left_at < self.since:
            return
        if stint.outcome is not None and stint.waited_s is not None:
            self.counts = self.counts.with_stint(
                stint.outcome,
                stint.waited_s,
                sl_seconds=self.info.sl_seconds,
                short_seconds=self.info.short_abandon_seconds,
                by=by,
            )

    def new_day(self, day: date, since: datetime) -> None:
        """Local midnight: the figures begin again, those who wait go on waiting."""
        self.day, self.since, self.counts, self.complete = day, since, StintCounts(), True
