"""What Asterisk's records tell of callers whom the dialplan's limits kept out."""

import pytest

from cti.domain.events import Source
from cti.domain.refusals import CallTurnedAway, RefusalCause
from cti.records.turned_away import turned_away
from tests.support.records import at, entry


def told(text: str, **more: str) -> CallTurnedAway | None:
    return turned_away(entry("RD_TURNED_AWAY", 3, extra=f'{{"extra":"{text}"}}', **more))


@pytest.mark.parametrize(
    ("limit", "cause"),
    [
        ("number", RefusalCause.NUMBER_LIMIT),
        ("trunk", RefusalCause.TRUNK_LIMIT),
        ("rate", RefusalCause.RATE_LIMIT),
        ("calls", RefusalCause.CALL_LIMIT),
    ],
)
def test_who_was_one_too_many_and_for_which_limit(limit: str, cause: RefusalCause) -> None:
    assert told(f"{limit}|carrier|4001") == CallTurnedAway(
        at=at(3),
        source=Source.RECORD,
        cause=cause,
        trunk="carrier",
        number="+8613800138000",
        dialled="4001",
    )


def test_the_number_is_bounded_text_whatever_the_caller_wrote() -> None:
    fact = told("rate|carrier|4001", number="1\n2\x00" + "3" * 100)
    assert fact is not None
    assert fact.number == "12" + "3" * 62


def test_a_test_call_is_no_caller_who_was_turned_away() -> None:
    assert told("calls|trunk|4001|test") is None
    assert told("calls|trunk|4001|") is not None


@pytest.mark.parametrize("text", ["", "|", "other|carrier|4001", "4001"])
def test_what_is_not_the_dialplans_tells_nothing(text: str) -> None:
    assert told(text) is None
    assert turned_away(entry("RD_CALL", 0, extra='{"extra":"rate|carrier|4001"}')) is None
