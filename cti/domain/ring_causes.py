"""What the Q.850 cause says with which an agent's phone ended its own ring."""

from collections.abc import Mapping

from cti.domain.events import RingResult

LOST_PHONE_CAUSE = 44
"""Q.850 "requested channel unavailable": the cause of a hang-up for missing audio, and of ours."""

ANSWERED_ELSEWHERE_CAUSE = 26
"""Asterisk's, beyond Q.850: a phone rang until a colleague's was answered."""

# Q.850: user busy, call rejected.
_REFUSED_CAUSES = (17, 21)
# Q.850: no route, no such number, not registered, out of order, congestion, temporary failure, not available.
_UNREACHABLE_CAUSES = (1, 3, 20, 27, 34, 38, 41, 42, LOST_PHONE_CAUSE, 58)
RING_RESULT_BY_CAUSE: Mapping[int, RingResult] = {
    **dict.fromkeys(_REFUSED_CAUSES, RingResult.REFUSED),
    **dict.fromkeys(_UNREACHABLE_CAUSES, RingResult.UNREACHABLE),
    ANSWERED_ELSEWHERE_CAUSE: RingResult.ANSWERED_ELSEWHERE,
}
"""The others leave open why it did not answer."""

# Q.850: no user responding, no answer.
_NO_ANSWER_CAUSES = (18, 19)


def own_ring_result(cause: int) -> RingResult:
    """How the ring of an agent's own click to dial ended that was not taken: the call's cause tells.

    `caller_gone` is the agent, who gave up: it is their own call.
    """
    if cause in _NO_ANSWER_CAUSES:
        return RingResult.NO_ANSWER
    return RING_RESULT_BY_CAUSE.get(cause, RingResult.CALLER_GONE)
