"""Sorts the records of both files by call, and keeps those of each call until it is settled."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from cti.domain import events as ev
from cti.records.call_facts import begins_call, call_events
from cti.records.cel import CRASH, CelRecord
from cti.records.members import member_events
from cti.records.queue_log import QueueLine

# Bounds. With more calls than the first the oldest one is forgotten; of one call a record beyond the second
# is not kept unless it ends a channel; lines wait for no more than the third of calls that CEL did not name.
MOST_CALLS = 200_000
MOST_RECORDS = 2_000
MOST_EARLY = 1_000

# An agent's channel ends a moment after the caller's, and queue_log is written by another thread.
SETTLES_AFTER = timedelta(seconds=2)
_WANTED_KINDS = frozenset({"CHAN_START", "BRIDGE_ENTER", "BRIDGE_EXIT", "HANGUP", "APP_START", CRASH})


@dataclass(slots=True)
class CallRecords:
    """What Asterisk wrote of one call so far. `settled_at` is when it was over and had been looked at."""

    call_id: str
    cel: list[CelRecord] = field(default_factory=list)
    lines: list[QueueLine] = field(default_factory=list)
    ended_at: datetime | None = None
    settled_at: datetime | None = None

    def events(self) -> tuple[ev.CallEvent, ...]:
        """The call's events as far as the records go."""
        return call_events(self.call_id, self.cel, self.lines)

    @property
    def last_at(self) -> datetime | None:
        """When the newest record was written that is still kept."""
        return self.cel[-1].at if self.cel else self.ended_at

    def settle(self, at: datetime) -> None:
        """Nothing more is wanted of the records; the call itself stays until it is stored."""
        self.settled_at = at
        self.cel.clear()
        self.lines.clear()

    @property
    def extra_lines(self) -> int:
        """How many line ends the caller wrote into the number, which queue_log repeats as they are."""
        return max((record.number.count("\n") for record in self.cel), default=0)

    def add(self, record: CelRecord) -> None:
        """One more record; the entry channel's end is the call's."""
        if len(self.cel) < MOST_RECORDS or record.kind in ("HANGUP", CRASH):
            self.cel.append(record)
        if record.unique_id == self.call_id and record.kind in ("HANGUP", CRASH):
            self.ended_at = record.at


class Ledger:
    """The calls of Asterisk's records in the order in which they began. Not safe for several threads."""

    def __init__(self) -> None:
        self.calls: dict[str, CallRecords] = {}
        self.forgotten = 0
        self._early: dict[str, list[QueueLine]] = {}
        self._seconds: deque[datetime] = deque(maxlen=3600)
        self._to_skip = 0

    def add_record(self, record: CelRecord) -> CallRecords | None:
        """Take a CEL record in; returns the call if it begins one."""
        self._seen_at(record.at)
        began = self._begin(record) if begins_call(record) else None
        if _is_wanted(record):
            call = self.calls.get(record.account) or self.calls.get(record.linked_id)
            if call is not None and call.settled_at is None:
                call.add(record)
        return began

    def add_line(self, line: QueueLine) -> tuple[ev.AgentEvent, ...]:
        """Take a line of queue_log in; returns what it says of agents."""
        if self._to_skip > 0:
            # Not Asterisk's line but a piece of the caller's number, which could say anything.
            self._to_skip -= 1
            return ()
        call = self.calls.get(line.call_id)
        if line.event == "ENTERQUEUE" and call is not None:
            self._to_skip = call.extra_lines
        if line.event == "QUEUESTART":
            self._restarted(line.at)
        if line.event:
            self._seen_at(line.at)
        if call is not None and call.settled_at is None:
            call.lines.append(line)
        elif call is None:
            self._keep_early(line)
        return member_events([line])

    def over(self, by: datetime) -> Iterator[CallRecords]:
        """Calls that ended so long before `by` that nothing more is written about them, not settled yet."""
        for call in list(self.calls.values()):
            if call.settled_at is None and call.ended_at is not None and call.ended_at + SETTLES_AFTER <= by:
                yield call

    def drop(self, call_ids: Iterable[str]) -> None:
        """Forget calls that are stored."""
        for call_id in call_ids:
            self.calls.pop(call_id, None)

    def _begin(self, record: CelRecord) -> CallRecords | None:
        if record.unique_id in self.calls:
            return None
        call = CallRecords(record.unique_id, lines=self._early.pop(record.unique_id, []))
        self.calls[call.call_id] = call
        if len(self.calls) > MOST_CALLS:
            oldest = self.calls.pop(next(iter(self.calls)))
            self.forgotten += oldest.settled_at is None
        return call

    def _keep_early(self, line: QueueLine) -> None:
        """CEL may be written a moment later than queue_log: the line waits for its call."""
        if line.queue == "NONE" or not line.event or line.call_id in ("NONE", "MANAGER"):
            return
        self._early.setdefault(line.call_id, []).append(line)
        if len(self._early) > MOST_EARLY:
            del self._early[next(iter(self._early))]

    def _seen_at(self, at: datetime) -> None:
        if not self._seconds or at - self._seconds[-1] >= timedelta(seconds=1):
            self._seconds.append(at)

    def _restarted(self, at: datetime) -> None:
        """Asterisk came up anew: calls from before are over, since the last thing that it wrote then."""
        for call in self.calls.values():
            if (
                call.settled_at is not None
                or call.ended_at is not None
                or not call.cel
                or call.cel[0].at >= at
            ):
                continue
            last = call.cel[-1].at
            gone_at = max((t for t in self._seconds if last < t < at), default=last)
            for channel in sorted(_open_channels(call.cel), key=lambda r: r.unique_id == call.call_id):
                call.add(replace(channel, kind=CRASH, at=gone_at, extra=""))


def _is_wanted(record: CelRecord) -> bool:
    return (
        record.kind in _WANTED_KINDS
        or record.kind.startswith("RD_")
        or (record.kind == "APP_END" and record.app == "Queue")
    )


def _open_channels(cel: Iterable[CelRecord]) -> Iterable[CelRecord]:
    """The newest record of each channel that was not hung up."""
    newest: dict[str, CelRecord] = {}
    for record in cel:
        newest[record.unique_id] = record
    return [record for record in newest.values() if record.kind != "HANGUP"]
