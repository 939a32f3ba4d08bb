"""A caller's stays in queues, from the entry channel's CEL records and the outcomes that queue_log knows."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from cti.domain import events as ev
from cti.domain.dialplan import NEVER_JOINED, OUTCOME_BY_QUEUE_STATUS, number_of
from cti.records.cel import CRASH, CelRecord
from cti.records.queue_log import QueueLine

# The dialplan's mark before Queue(): `queue|stint|priority`.
_ENTER_MARK = "RD_QUEUE_ENTER"
_BY_LINE: Mapping[str, ev.StintOutcome] = {
    "ABANDON": ev.StintOutcome.ABANDONED,
    "EXITWITHTIMEOUT": ev.StintOutcome.TIMEOUT,
    "EXITEMPTY": ev.StintOutcome.EMPTY,
    "EXITWITHKEY": ev.StintOutcome.KEY,
}
# queue_log has whole seconds, and the two files are written by different threads.
_SAME_MOMENT = timedelta(seconds=2)


def stint_events(
    call_id: str, entry: Sequence[CelRecord], lines: Sequence[QueueLine]
) -> Iterator[ev.CallEvent]:
    """Entered and left, in order. That a queue was left because an agent answered is told by the leg."""
    entry = _without_returns(entry)
    starts = [i for i, record in enumerate(entry) if _begins(record)]
    ends = [*starts[1:], len(entry)]
    for start, following in zip(starts, ends, strict=False):
        joined = entry[start]
        stay = entry[start + 1 : following + 1]
        queue = joined.app_data.partition(",")[0]
        yield ev.QueueEntered(
            at=joined.at,
            source=ev.Source.RECORD,
            call_id=call_id,
            queue=queue,
            priority=_priority(entry[:start]),
        )
        left = next((r for r in stay if _ends_waiting(r)), None)
        if left is not None and left.kind != "BRIDGE_ENTER":
            refused = _status(stay) in NEVER_JOINED
            outcome = _outcome(joined, left, stay, [line for line in lines if line.queue == queue])
            # Whom a queue refused has not waited in it.
            at = joined.at if refused else left.at
            yield ev.QueueLeft(at=at, source=ev.Source.RECORD, call_id=call_id, queue=queue, outcome=outcome)


def _begins(record: CelRecord) -> bool:
    return record.kind == "APP_START" and record.app == "Queue"


def _without_returns(entry: Sequence[CelRecord]) -> Sequence[CelRecord]:
    """Without the moments in which a caller was taken out of a queue by mistake: Queue() starts again then,
    but the dialplan writes no new mark. What was written before there were marks is taken as it is.
    """
    if all(record.kind != _ENTER_MARK for record in entry):
        return entry
    kept: list[CelRecord] = []
    marked = False
    for record in entry:
        marked |= record.kind == _ENTER_MARK
        if _begins(record) and not marked:
            before = next((i for i in reversed(range(len(kept))) if _leaves_queue(kept[i])), None)
            if before is not None:
                del kept[before]
            continue
        marked &= not _begins(record)
        kept.append(record)
    return kept


def _priority(before: Sequence[CelRecord]) -> int:
    """From the newest mark: `queue|stint|priority`."""
    mark = next((r for r in reversed(before) if r.kind == _ENTER_MARK), None)
    return number_of(mark.detail("extra").rpartition("|")[2] if mark else "")


def _ends_waiting(record: CelRecord) -> bool:
    return record.kind in ("BRIDGE_ENTER", "HANGUP", CRASH, "APP_START") or _leaves_queue(record)


def _leaves_queue(record: CelRecord) -> bool:
    return record.kind == "APP_END" and record.app == "Queue"


def _status(stay: Sequence[CelRecord]) -> str:
    """What QUEUESTATUS was afterwards: the dialplan writes `queue|stint|status`."""
    written = next((r for r in stay if r.kind == "RD_QUEUE_EXIT"), None)
    return written.detail("extra").rpartition("|")[2] if written else ""


def _outcome(
    joined: CelRecord, left: CelRecord, stay: Sequence[CelRecord], lines: Sequence[QueueLine]
) -> ev.StintOutcome:
    if left.kind == CRASH:
        return ev.StintOutcome.UNKNOWN
    if (left.context, left.exten) != (joined.context, joined.exten):
        # A redirect puts the channel elsewhere before it leaves the queue; queue_log calls it an ABANDON.
        return ev.StintOutcome.MOVED
    by_status = OUTCOME_BY_QUEUE_STATUS.get(_status(stay))
    if by_status is not None:
        return by_status
    near = [line for line in lines if abs(line.at - left.at) < _SAME_MOMENT and line.event in _BY_LINE]
    if near:
        return _BY_LINE[near[-1].event]
    hung_up = any(r.kind == "HANGUP" and r.at - left.at < _SAME_MOMENT for r in stay)
    return ev.StintOutcome.ABANDONED if hung_up else ev.StintOutcome.UNKNOWN
