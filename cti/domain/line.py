"""Whether our line out works, going by what came of the numbers that agents dialled. Pure and bounded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cti.domain.dialling import LINE_FAULTS, DialResult
from cti.domain.events import Event

# So many calls in a row that failed by the line mean the line and no longer chance.
ALARM_CALLS = 3
# As many as an alarm can count.
REMEMBERED = 20
_RESULTS = frozenset(result.value for result in DialResult)
_SAY_NOTHING = frozenset({DialResult.CANCELLED, DialResult.PHONE_LOST, DialResult.FAILED})


@dataclass(frozen=True, slots=True)
class Streak:
    """The newest calls in a row that failed by the line; `result` is what the last one came to."""

    result: DialResult
    count: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChanged(Event):
    """The line out fails again and again, by the streak; None when it works again."""

    streak: Streak | None


class LineHistory:
    """What came of the newest calls. The same call may be told again, and late."""

    def __init__(self) -> None:
        self._calls: dict[str, tuple[datetime, DialResult]] = {}

    def note(self, call_id: str, at: datetime, result: DialResult) -> None:
        """One more call, or better news of one."""
        if result in _SAY_NOTHING:
            return
        self._calls[call_id] = (at, result)
        if len(self._calls) > REMEMBERED:
            del self._calls[min(self._calls, key=self._calls.__getitem__)]

    def resume(self, calls: Iterable[tuple[str, datetime, str]]) -> None:
        """Calls from the history: id, when they ended, outcome."""
        for call_id, at, outcome in calls:
            if outcome in _RESULTS:
                self.note(call_id, at, DialResult(outcome))

    def streak(self) -> Streak | None:
        """The failures since a call last got through, when they are enough for an alarm."""
        failed = list(_failures(sorted(self._calls.values(), reverse=True)))
        if len(failed) < ALARM_CALLS:
            return None
        return Streak(failed[0][1], len(failed), failed[-1][0])


def _failures(newest_first: Iterable[tuple[datetime, DialResult]]) -> Iterable[tuple[datetime, DialResult]]:
    for at, result in newest_first:
        if result not in LINE_FAULTS:
            return
        yield at, result
