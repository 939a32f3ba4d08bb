"""What happened, as Asterisk's own records tell it: a slow, obvious second opinion on every inbound call."""

import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from tests.support.oracle.calls import Leg, Offer, OneCall, Step, Stint
from tests.support.oracle.files import CdrRow, CelRow, QueueRow, Records

_PHONE = re.compile(r"PJSIP/(\d{4})-")
# What the dialplan wrote when a caller came back from a queue without having spoken to anybody.
_LEFT = {
    "TIMEOUT": "timeout",
    "FULL": "full",
    "JOINEMPTY": "empty",
    "LEAVEEMPTY": "empty",
    "JOINUNAVAIL": "empty",
    "LEAVEUNAVAIL": "empty",
}
# Causes of a hang-up: Asterisk's own, then Q.850's user busy and call rejected.
_ANSWERED_ELSEWHERE = 26
_REFUSED = (17, 21)
# A redirect takes the channel elsewhere before it takes it out of the application.
_WHERE_PHONES_ARE_RUNG = ("ringdesk-stint", "ringdesk-offer")
_SAME_MOMENT_S = 0.1


def true_calls(records: Records) -> dict[str, OneCall]:
    """Every call that entered by a hotline, by its id."""
    rows: dict[str, list[CelRow]] = defaultdict(list)
    for row in records.cel:
        rows[row.account or row.linked_id].append(row)
    entered = [row for row in records.cel if row.kind == "RD_CALL"]
    return {row.channel_id: _call(row, rows[row.channel_id]) for row in entered}


def _call(entry: CelRow, rows: list[CelRow]) -> OneCall:
    own = [row for row in rows if row.channel_id == entry.channel_id]
    phones = [row for row in rows if _PHONE.match(row.channel)]
    stints = tuple(_stints(own))
    legs = tuple(_legs(phones))
    ended = next((row for row in own if row.kind == "HANGUP"), None)
    return OneCall(
        id=entry.channel_id,
        number=entry.number,
        hotline=entry.extra["extra"].partition("|")[0],  # "4001|test" is a test call's
        started=entry.at,
        ended=ended.at if ended else None,
        cause=int(ended.extra["hangupcause"]) if ended else None,
        outcome=_outcome(stints, legs) if ended else None,
        first_queue=stints[0].queue if stints else None,
        last_agent=legs[-1].agent if legs else None,
        steps=tuple(_steps(own)),
        stints=stints,
        offers=tuple(_offers(phones, own)),
        legs=legs,
    )


def _steps(own: Iterable[CelRow]) -> Iterable[Step]:
    for row in own:
        if row.kind == "RD_STEP":
            step, _kind, left_by, keys, *_ = row.extra["extra"].split("|")
            yield Step(step, left_by, keys, row.at)


def _stints(own: list[CelRow]) -> Iterable[Stint]:
    """From one start of Queue() to the next; what came first in between says how it ended."""
    own = _without_mistakes(own)
    starts = [n for n, row in enumerate(own) if row.kind == "APP_START" and row.app == "Queue"]
    for no, (start, stop) in enumerate(pairwise([*starts, len(own)]), 1):
        left, outcome = _end_of_stint(own[start + 1 : stop])
        queue = own[start].app_data.split(",")[0]
        yield Stint(no, queue, _priority(own[:start]), own[start].at, left, outcome)


def _priority(before: list[CelRow]) -> int:
    """The dialplan writes `queue|stint|priority` where a stay begins; older recordings have none of it."""
    marks = [row.extra["extra"] for row in before if row.kind == "RD_QUEUE_ENTER"]
    return int(marks[-1].split("|")[2]) if marks else 0


def _without_mistakes(own: list[CelRow]) -> list[CelRow]:
    """A caller whom the watchdog took out of a queue by mistake is put back, without a mark of a new stay."""
    times = [n for n, row in enumerate(own) if row.app == "Queue" and row.kind in ("APP_START", "APP_END")]
    dropped = {
        n
        for end, start in pairwise(times)
        if (own[end].kind, own[start].kind) == ("APP_END", "APP_START")
        and own[end].context == "ringdesk-menu-done"
        and not any(row.kind == "RD_QUEUE_ENTER" for row in own[end:start])
        for n in (end, start)
    }
    return [row for n, row in enumerate(own) if n not in dropped]


def _end_of_stint(rows: list[CelRow]) -> tuple[float | None, str | None]:
    end = next((row for row in rows if row.kind == "APP_END" and row.app == "Queue"), None)
    spoke = next((row for row in rows if row.kind == "BRIDGE_ENTER"), None)
    if spoke is not None and (end is None or spoke.at <= end.at):
        return spoke.at, "answered"
    if end is None:
        return None, None
    exit_row = next((row for row in rows if row.kind == "RD_QUEUE_EXIT"), None)
    if exit_row is not None:
        return end.at, _LEFT[exit_row.extra["extra"].split("|")[2]]
    # Nobody moved the caller: the end of the queue is the end of the channel.
    hung_up = any(row.kind == "HANGUP" and row.at - end.at < 0.01 for row in rows)
    return end.at, "abandoned" if hung_up else "moved"


def _offers(phones: list[CelRow], own: list[CelRow]) -> Iterable[Offer]:
    for row in phones:
        if row.kind == "CHAN_START":
            of_channel = [other for other in phones if other.channel_id == row.channel_id]
            yield Offer(_agent(row), row.at, _became(of_channel, own))


def _became(phone: list[CelRow], own: list[CelRow]) -> str | None:
    """Whose doing the end of a ring was: a colleague's, the phone's, the caller's, or that of the time."""
    if any(row.kind == "BRIDGE_ENTER" for row in phone):
        return "answered"
    end = next((row for row in phone if row.kind == "HANGUP"), None)
    if end is None:
        return None
    cause = int(end.extra["hangupcause"])
    if cause == _ANSWERED_ELSEWHERE:
        return "answered_elsewhere"
    if end.extra["hangupsource"] == end.channel:
        return "refused" if cause in _REFUSED else "unreachable"
    then = [row for row in own if abs(row.at - end.at) < _SAME_MOMENT_S]
    left = min(
        (row for row in then if row.kind == "APP_END"), key=lambda row: abs(row.at - end.at), default=None
    )
    if left is not None and left.context not in _WHERE_PHONES_ARE_RUNG:
        return "moved"
    return "caller_gone" if any(row.kind == "HANGUP" for row in then) else "no_answer"


def _legs(phones: list[CelRow]) -> Iterable[Leg]:
    for row in phones:
        if row.kind == "BRIDGE_ENTER":
            left = [
                other.at
                for other in phones
                if other.channel_id == row.channel_id
                and other.kind == "BRIDGE_EXIT"
                and other.extra["bridge_id"] == row.extra["bridge_id"]
            ]
            ended = left[-1] if left else None
            yield Leg(_agent(row), row.at, ended, None if ended is None else ended - row.at)


def _agent(row: CelRow) -> str:
    found = _PHONE.match(row.channel)
    assert found
    return found[1]


def _outcome(stints: tuple[Stint, ...], legs: tuple[Leg, ...]) -> str | None:
    """The last stay decides; whoever was moved on and reached nobody gave up."""
    if not stints:
        return "answered" if legs else "menu"
    if any(leg.started >= stints[-1].entered for leg in legs):
        return "answered"
    return "abandoned" if stints[-1].outcome == "moved" else stints[-1].outcome


def contradictions(records: Records, calls: dict[str, OneCall]) -> list[str]:
    """Where queue_log or the billing records tell something else than CEL: the oracle's own check."""
    found: list[str] = []
    for call in calls.values():
        found += _against_queue_log(call, [r for r in records.queue_log if r.channel_id == call.id])
        found += _against_cdr(call, [r for r in records.cdr if r.channel_id == call.id])
    return found


def _against_queue_log(call: OneCall, rows: list[QueueRow]) -> Iterable[str]:
    # Asterisk logs an entry only where it let the caller in, and a moved caller as one who gave up.
    expected: dict[str, list[float | None]] = {
        "ENTERQUEUE": [s.entered for s in call.stints if s.outcome not in ("full", "empty")],
        "CONNECT": [s.left for s in call.stints if s.outcome == "answered"],
        "ABANDON": [s.left for s in call.stints if s.outcome in ("abandoned", "moved")],
        "EXITWITHTIMEOUT": [s.left for s in call.stints if s.outcome == "timeout"],
    }
    rings = {
        "RINGNOANSWER": ("no_answer", "refused", "unreachable"),
        "RINGCANCELED": ("caller_gone", "moved"),
    }
    for kind, ends in rings.items():
        # Asterisk has none of a phone that a transfer rings.
        of_queue = [
            o for o in call.offers if any(s.entered <= o.rang <= (s.left or o.rang) for s in call.stints)
        ]
        told = sorted(o.agent for o in of_queue if o.became in ends)
        members = sorted(row.member for row in rows if row.kind == kind)
        if told != members:
            yield f"{call.id}: queue_log has {kind} of {members}, CEL of {told}"
    for kind, times in expected.items():
        logged = [row.at for row in rows if row.kind == kind]
        if len(logged) != len(times) or any(
            not -1.0 <= (time or 0) - at < 2.0 for time, at in zip(times, logged, strict=True)
        ):
            yield f"{call.id}: queue_log has {kind} at {logged}, CEL at {times}"


def _against_cdr(call: OneCall, rows: list[CdrRow]) -> Iterable[str]:
    if call.ended is None:
        return
    began, ended = min(row.began for row in rows), max(row.ended for row in rows)
    # Who waits on after a phone was tried in vain is billed until then only.
    last = max([call.started, *(offer.rang for offer in call.offers)])
    earliest = call.ended if call.outcome == "answered" or not call.offers else last
    if not -1 < call.started - began < 2 or not earliest - 2 < ended < call.ended + 1:
        yield f"{call.id}: billed from {began} to {ended}, CEL from {call.started} to {call.ended}"
