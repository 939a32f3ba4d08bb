"""What CEL says of a caller whom the dialplan turned away: which limit, by which trunk, for which number."""

from collections.abc import Mapping

from cti.domain.dialplan import TEST_MARK
from cti.domain.events import Source
from cti.domain.refusals import CallTurnedAway, RefusalCause, as_shown
from cti.records.cel import CelRecord

# The dialplan's mark; its text is limit, trunk, number dialled, and whether it was the test caller:
# "number|carrier|4001" or "number|carrier|4001|test".
TURNED_AWAY_MARK = "RD_TURNED_AWAY"
_LIMITS: Mapping[str, RefusalCause] = {
    "number": RefusalCause.NUMBER_LIMIT,
    "trunk": RefusalCause.TRUNK_LIMIT,
    "rate": RefusalCause.RATE_LIMIT,
    "calls": RefusalCause.CALL_LIMIT,
}
BY_LIMIT = frozenset(_LIMITS.values())
"""The causes that are told here, and nowhere else."""


def turned_away(record: CelRecord) -> CallTurnedAway | None:
    """The refusal that a record tells of; None for all others, and for a test call, which is no caller's."""
    if record.kind != TURNED_AWAY_MARK:
        return None
    limit, trunk, dialled, mark, *_ = [*record.detail("extra").split("|"), "", "", ""]
    cause = _LIMITS.get(limit)
    if cause is None or mark == TEST_MARK:
        return None
    return CallTurnedAway(
        at=record.at,
        source=Source.RECORD,
        cause=cause,
        trunk=trunk,
        number=as_shown(record.number),
        dialled=dialled,
    )
