"""What came of a number that an agent dialled, from what Asterisk knows of it: pure."""

from collections.abc import Mapping
from enum import StrEnum


class DialResult(StrEnum):
    """What came of a number that an agent dialled; the rest of its words is in `outcome.py`."""

    ANSWERED = "answered"
    BUSY = "busy"
    DECLINED = "declined"
    NO_ANSWER = "no_answer"
    UNAVAILABLE = "unavailable"
    UNKNOWN_NUMBER = "unknown_number"
    CONGESTION = "congestion"
    NO_ROUTE = "no_route"
    LINE_SILENT = "line_silent"
    LINE_REFUSED = "line_refused"
    FAILED = "failed"
    CANCELLED = "cancelled"
    PHONE_LOST = "phone_lost"


LINE_FAULTS = frozenset(
    {DialResult.CONGESTION, DialResult.NO_ROUTE, DialResult.LINE_SILENT, DialResult.LINE_REFUSED}
)
"""What says nothing of the number that was dialled and all the more of the line."""

_FIRST_FINAL, _CANCELLED_BY_US, _FAULT_OF_A_SERVER = 300, 487, 5

# What Asterisk makes of a SIP status without losing anything.
_BY_CAUSE: Mapping[int, DialResult] = {
    1: DialResult.UNKNOWN_NUMBER,
    2: DialResult.NO_ROUTE,
    3: DialResult.NO_ROUTE,
    17: DialResult.BUSY,
    20: DialResult.UNAVAILABLE,
    22: DialResult.UNKNOWN_NUMBER,
    28: DialResult.UNKNOWN_NUMBER,
}
# Of these the cause says too little: to Asterisk a carrier that bars a call (403) is a customer who
# declines (603).
_BY_SIP_STATUS: Mapping[int, DialResult] = {
    401: DialResult.LINE_REFUSED,
    402: DialResult.LINE_REFUSED,
    403: DialResult.LINE_REFUSED,
    407: DialResult.LINE_REFUSED,
    408: DialResult.UNAVAILABLE,
    480: DialResult.UNAVAILABLE,
    483: DialResult.NO_ROUTE,
    603: DialResult.DECLINED,
    607: DialResult.DECLINED,
    608: DialResult.LINE_REFUSED,
}
# Where no answer came, the cause is Asterisk's own.
_BY_LOCAL_CAUSE: Mapping[int, DialResult] = {
    18: DialResult.LINE_SILENT,
    19: DialResult.NO_ANSWER,
    21: DialResult.DECLINED,
    27: DialResult.NO_ROUTE,
    34: DialResult.CONGESTION,
    38: DialResult.CONGESTION,
    41: DialResult.CONGESTION,
    42: DialResult.CONGESTION,
    102: DialResult.LINE_SILENT,
}
_BY_DIAL_STATUS: Mapping[str, DialResult] = {
    "ANSWER": DialResult.ANSWERED,
    "CANCEL": DialResult.CANCELLED,
    "LOST": DialResult.PHONE_LOST,
    "": DialResult.CANCELLED,
}
_WITHOUT_CAUSE: Mapping[str, DialResult] = {
    "BUSY": DialResult.BUSY,
    "NOANSWER": DialResult.NO_ANSWER,
    "CONGESTION": DialResult.CONGESTION,
    "CHANUNAVAIL": DialResult.NO_ROUTE,
}


def dial_result(status: str, cause: int, sip_status: int) -> DialResult:
    """From how Dial() ended (DIALSTATUS, or LOST for a phone that vanished), and from the line's Q.850 cause
    and last SIP status, each 0 when there is none.
    """
    final = sip_status if sip_status >= _FIRST_FINAL and sip_status != _CANCELLED_BY_US else 0
    told = _BY_DIAL_STATUS.get(status) or _BY_CAUSE.get(cause) or _BY_SIP_STATUS.get(final)
    if told is not None:
        return told
    if final // 100 == _FAULT_OF_A_SERVER:
        return DialResult.CONGESTION
    if final:
        return DialResult.FAILED
    return _BY_LOCAL_CAUSE.get(cause) or _WITHOUT_CAUSE.get(status, DialResult.FAILED)
