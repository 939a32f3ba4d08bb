"""The comparison at the end of a call: it sees what is missing and lets pass what only one side can know."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cti.domain import events as ev
from cti.domain.call import Call
from cti.records.comparison import differences, fold
from tests.support.records import CALL, at

CALLED: tuple[ev.CallEvent, ...] = (
    ev.CallStarted(at=at(0), call_id=CALL, hotline="4001"),
    ev.MenuStepTaken(at=at(1), call_id=CALL, step="main", kind="menu", exit="1", keys="1"),
    ev.QueueEntered(at=at(2), call_id=CALL, queue="service"),
    ev.AgentRung(at=at(3), call_id=CALL, agent="1001"),
    ev.LegStarted(at=at(8), call_id=CALL, agent="1001"),
    ev.LegEnded(at=at(60), call_id=CALL, agent="1001", reason=ev.LegEnd.HANGUP),
    ev.CallEnded(at=at(61), call_id=CALL, cause=16),
)


def folded(events: tuple[ev.CallEvent, ...]) -> Call:
    call = fold(events)
    assert call is not None
    return call


def shifted(seconds: float) -> tuple[ev.CallEvent, ...]:
    return tuple(replace(event, at=event.at + timedelta(seconds=seconds)) for event in CALLED)


def test_the_same_call_a_little_later_is_the_same() -> None:
    assert differences(folded(CALLED), folded(shifted(1.5))) == ()


def test_the_same_call_much_later_is_another_one() -> None:
    parts = [difference.part for difference in differences(folded(CALLED), folded(shifted(3)))]
    assert parts == ["stints", "offers", "legs", "end"]


@pytest.mark.parametrize(
    ("missing", "parts"),
    [
        (ev.MenuStepTaken, ["path"]),
        (ev.QueueEntered, ["stints", "legs"]),
        (ev.AgentRung, ["offers"]),
        (ev.LegStarted, ["stints", "offers", "legs"]),
        (ev.LegEnded, []),
        (ev.CallEnded, ["end"]),
    ],
)
def test_every_fact_that_is_missing_is_noticed_where_it_shows(
    missing: type[ev.CallEvent], parts: list[str]
) -> None:
    less = tuple(event for event in CALLED if not isinstance(event, missing))
    found = differences(folded(less), folded(CALLED))
    assert [difference.part for difference in found] == parts
    assert all(difference.ours != difference.theirs for difference in found)


def test_holds_and_who_asked_for_the_transfer_are_ours_alone() -> None:
    ours = (
        *CALLED[:5],
        ev.LegHeld(at=at(10), call_id=CALL, agent="1001"),
        ev.LegResumed(at=at(20), call_id=CALL, agent="1001"),
        ev.TransferAsked(at=at(59.9), call_id=CALL, agent="1001", to_queue="sales"),
        ev.CallerUnbridged(at=at(60), call_id=CALL),
        *CALLED[6:],
    )
    assert differences(folded(ours), folded(CALLED)) == ()


def test_a_number_that_only_the_records_know_is_missing() -> None:
    started = CALLED[0]
    assert isinstance(started, ev.CallStarted)
    theirs = folded((replace(started, number="13900139000"), *CALLED[1:]))
    assert [difference.part for difference in differences(folded(CALLED), theirs)] == ["number"]
    assert differences(theirs, folded(CALLED)) == ()


def test_phones_that_ring_together_may_be_told_in_any_order() -> None:
    first = ev.AgentRung(at=at(3), call_id=CALL, agent="1001")
    second = ev.AgentRung(at=at(3.01), call_id=CALL, agent="1002")
    rest = CALLED[6:]
    assert (
        differences(folded((CALLED[0], first, second, *rest)), folded((CALLED[0], second, first, *rest)))
        == ()
    )


def test_what_does_not_begin_with_a_call_is_none() -> None:
    assert fold(CALLED[1:]) is None
    assert fold(()) is None
