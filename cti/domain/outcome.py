"""How a call ended, in one word, and who ended a call that an agent dialled."""

from collections.abc import Mapping
from enum import StrEnum

from cti.domain import events as ev
from cti.domain.dialling import LINE_FAULTS, DialResult
from cti.domain.story import Story
from cti.domain.views import CallView

AnyCall = Story | CallView


class EndedBy(StrEnum):
    """`line` is the telephone network and our line to it, `timeout` our own patience."""

    AGENT = "agent"
    CUSTOMER = "customer"
    LINE = "line"
    TIMEOUT = "timeout"


# The agent's own phone rings first; until it is answered nobody is dialled.
_BY_OWN_RING: Mapping[ev.RingResult | None, str] = {
    ev.RingResult.NO_ANSWER: "agent_no_answer",
    ev.RingResult.REFUSED: "agent_declined",
    ev.RingResult.UNREACHABLE: "agent_unreachable",
    ev.RingResult.CALLER_GONE: DialResult.CANCELLED,
}
_ENDED_BY: Mapping[str, EndedBy] = {
    DialResult.BUSY: EndedBy.CUSTOMER,
    DialResult.DECLINED: EndedBy.CUSTOMER,
    DialResult.NO_ANSWER: EndedBy.TIMEOUT,
    DialResult.CANCELLED: EndedBy.AGENT,
    "agent_no_answer": EndedBy.TIMEOUT,
    "agent_declined": EndedBy.AGENT,
    DialResult.UNKNOWN_NUMBER: EndedBy.LINE,
    DialResult.UNAVAILABLE: EndedBy.LINE,
    DialResult.FAILED: EndedBy.LINE,
    **dict.fromkeys(LINE_FAULTS, EndedBy.LINE),
}
_BY_LEG_END: Mapping[ev.LegEnd | None, EndedBy] = {
    ev.LegEnd.HANGUP: EndedBy.AGENT,
    ev.LegEnd.CALLER_GONE: EndedBy.CUSTOMER,
}


def outcome_of(call: AnyCall) -> str | None:
    """How the call ended, None while it lasts. Of several stays in queues the last one decides."""
    if call.ended_at is None:
        return None
    if call.direction is ev.Direction.OUTBOUND:
        return _of_dialling(call)
    last = call.stints[-1] if call.stints else None
    if last is None:
        return "answered" if call.legs else "menu"
    if any(leg.started_at >= last.entered_at for leg in call.legs):
        return "answered"
    # Moved on to somebody who did not answer either, until the caller gave up.
    return ev.StintOutcome.ABANDONED if last.outcome is ev.StintOutcome.MOVED else last.outcome


def ended_by(call: AnyCall) -> EndedBy | None:
    """Who ended a call that an agent dialled; None when that is not known, and while it lasts."""
    if call.direction is not ev.Direction.OUTBOUND or call.ended_at is None:
        return None
    if call.legs:
        return _BY_LEG_END.get(call.legs[-1].end)
    return _ENDED_BY.get(_of_dialling(call))


def _of_dialling(call: AnyCall) -> str:
    if call.legs:
        return DialResult.ANSWERED
    if call.dialled is not None:
        return call.dialled.result
    if not call.offers:
        return "agent_unreachable"
    # Asterisk names a cause whoever ends a call; without one it was Asterisk itself that went.
    return _BY_OWN_RING.get(call.offers[-1].result, "unknown") if call.end_cause else "unknown"
