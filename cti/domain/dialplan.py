"""The words in which Asterisk's dialplan tells what came of a phone or of a queue, live and in records."""

from collections.abc import Mapping

from cti.domain.events import RingResult, StintOutcome

TEST_MARK = "test"
"""What our dialplan writes of a call that the built-in test caller placed."""

RING_RESULT_BY_DIAL_STATUS: Mapping[str, RingResult] = {
    "NOANSWER": RingResult.NO_ANSWER,
    "CANCEL": RingResult.CALLER_GONE,
    "BUSY": RingResult.REFUSED,
    "DONTCALL": RingResult.REFUSED,
    "CONGESTION": RingResult.UNREACHABLE,
    "CHANUNAVAIL": RingResult.UNREACHABLE,
}
"""DIALSTATUS of an agent's phone; an answer is told by the conversation to which it leads."""

OUTCOME_BY_QUEUE_STATUS: Mapping[str, StintOutcome] = {
    "TIMEOUT": StintOutcome.TIMEOUT,
    "FULL": StintOutcome.FULL,
    "JOINEMPTY": StintOutcome.EMPTY,
    "LEAVEEMPTY": StintOutcome.EMPTY,
    "JOINUNAVAIL": StintOutcome.EMPTY,
    "LEAVEUNAVAIL": StintOutcome.EMPTY,
    "WITHDRAW": StintOutcome.MOVED,
}
"""QUEUESTATUS after Queue(); empty when the caller hung up or was answered."""

NEVER_JOINED = frozenset({"FULL", "JOINEMPTY", "JOINUNAVAIL"})
"""What QUEUESTATUS says of a caller whom the queue did not let in."""


def number_of(text: str) -> int:
    """A number as Asterisk or the dialplan writes it; 0 where there is none."""
    return int(text) if text.isascii() and text.isdigit() else 0
