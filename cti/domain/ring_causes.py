"""What the Q.850 cause says with which an agent's phone ended its own ring."""

from collections.abc import Mapping

from cti.domain.events import RingResult

LOST_PHONE_CAUSE = 44
"""Q.850 "requested channel unavailable": the cause of a hang-up for missing audio, and of ours."""

# Q.850: user busy, call rejected.
_REFUSED_CAUSES = (17, 21)
# Q.850: no route, no such number, not registered, out of order, congestion, temporary failure, not available.
_UNREACHABLE_CAUSES = (1, 3, 20, 27, 34, 38, 41, 42, LOST_PHONE_CAUSE, 58)
RING_RESULT_BY_CAUSE: Mapping[int, RingResult] = {
    **dict.fromkeys(_REFUSED_CAUSES, RingResult.REFUSED),
    **dict.fromkeys(_UNREACHABLE_CAUSES, RingResult.UNREACHABLE),
}
"""The others leave open why it did not answer."""

# Q.850: no user responding, no answer.
_NO_ANSWER_CAUSES = (18, 19)


def own_ring_result(cause: int) -> RingResult:
    """How the ring of an agent's own click to dial ended: nothing but the call's cause tells of it."""
    if cause in _NO_ANSWER_CAUSES:
        return RingResult.NO_ANSWER
    return RING_RESULT_BY_CAUSE.get(cause, RingResult.CALLER_GONE)
