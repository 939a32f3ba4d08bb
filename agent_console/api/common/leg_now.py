"""What an agent does about a leg at this moment, as the live picture has them. Pure."""

from enum import Enum

from cti.domain.views import AgentView


class LegNow(Enum):
    """What an agent does about a leg at this moment."""

    GOES_ON = "goes on"
    IN_HAND = "in after-call work"
    SET_ASIDE = "in after-call work that something else interrupted"
    OVER = "over"


def leg_now(own: AgentView | None, call_id: str, turn: int) -> LegNow | None:
    """What the agent (as the live picture has them) does about this leg; None when it does not know."""
    if own is None:
        return None
    if any((work.call_id, work.turn) == (call_id, turn) for work in own.aside):
        return LegNow.SET_ASIDE
    if own.call_id != call_id or own.turn is None or turn > own.turn:
        return None
    if turn < own.turn:
        return LegNow.OVER
    return LegNow.IN_HAND if own.wrap_up_call == call_id else LegNow.GOES_ON


def works_on(own: AgentView | None, call_id: str) -> bool:
    """Whether the agent is in the call, or in after-call work on it."""
    if own is None:
        return False
    return own.call_id == call_id or any(work.call_id == call_id for work in own.aside)
