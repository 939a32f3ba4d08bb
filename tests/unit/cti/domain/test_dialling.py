"""What came of a dialled number, who ended the call, and when the line is to blame."""

from datetime import UTC, datetime, timedelta

import pytest

from cti.domain import events as ev
from cti.domain.call import Call
from cti.domain.dialling import LINE_FAULTS, DialResult, dial_result
from cti.domain.line import ALARM_CALLS, REMEMBERED, LineHistory
from cti.domain.outcome import EndedBy, ended_by, outcome_of

T0 = datetime(2026, 3, 1, 12, tzinfo=UTC)
R = DialResult


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("status", "cause", "sip", "result"),
    [
        ("ANSWER", 16, 200, R.ANSWERED),
        ("BUSY", 17, 486, R.BUSY),
        ("BUSY", 17, 600, R.BUSY),
        ("CHANUNAVAIL", 21, 603, R.DECLINED),
        # To Asterisk the same as a decline, and nothing that the customer did.
        ("CHANUNAVAIL", 21, 403, R.LINE_REFUSED),
        ("CHANUNAVAIL", 21, 401, R.LINE_REFUSED),
        ("CHANUNAVAIL", 1, 404, R.UNKNOWN_NUMBER),
        ("CHANUNAVAIL", 28, 484, R.UNKNOWN_NUMBER),
        ("CHANUNAVAIL", 22, 410, R.UNKNOWN_NUMBER),
        ("CONGESTION", 34, 503, R.CONGESTION),
        ("CHANUNAVAIL", 38, 500, R.CONGESTION),
        ("NOANSWER", 19, 480, R.UNAVAILABLE),
        ("CHANUNAVAIL", 18, 408, R.UNAVAILABLE),
        # Nobody said 408: it is what Asterisk concludes from silence.
        ("CHANUNAVAIL", 18, 0, R.LINE_SILENT),
        ("CHANUNAVAIL", 3, 0, R.NO_ROUTE),
        ("CHANUNAVAIL", 0, 0, R.NO_ROUTE),
        ("CHANUNAVAIL", 58, 488, R.FAILED),
        # We gave up: the line's last word was that it rings, or that it has cancelled.
        ("NOANSWER", 0, 180, R.NO_ANSWER),
        ("NOANSWER", 0, 487, R.NO_ANSWER),
        ("CANCEL", 0, 180, R.CANCELLED),
        ("", 0, 0, R.CANCELLED),
        ("LOST", 44, 180, R.PHONE_LOST),
        # Marks of before have the status alone.
        ("BUSY", 0, 0, R.BUSY),
        ("CONGESTION", 0, 0, R.CONGESTION),
        ("SOMETHING", 0, 0, R.FAILED),
    ],
)
def test_what_asterisk_knows_is_brought_to_one_word(
    status: str, cause: int, sip: int, result: DialResult
) -> None:
    assert dial_result(status, cause, sip) is result


def dialled(*events: ev.CallEvent) -> Call:
    """A call of 1001's that ended with these events."""
    started = ev.CallStarted(
        at=T0, call_id="out-1", direction=ev.Direction.OUTBOUND, number="10086", agent="1001"
    )
    call = Call.started(started)
    for event in events:
        call.apply(event)
    return call


RING = ev.AgentRung(at=at(1), call_id="out-1", agent="1001")
ANSWER = ev.LegStarted(at=at(9), call_id="out-1", agent="1001")


def end(cause: int) -> ev.CallEnded:
    return ev.CallEnded(at=at(20), call_id="out-1", cause=cause)


def told(result: DialResult) -> ev.DialEnded:
    return ev.DialEnded(at=at(19.9), call_id="out-1", result=result, cause=34)


@pytest.mark.parametrize(
    ("result", "by"),
    [
        (R.BUSY, EndedBy.CUSTOMER),
        (R.DECLINED, EndedBy.CUSTOMER),
        (R.NO_ANSWER, EndedBy.TIMEOUT),
        (R.CANCELLED, EndedBy.AGENT),
        (R.UNKNOWN_NUMBER, EndedBy.LINE),
        (R.CONGESTION, EndedBy.LINE),
        (R.PHONE_LOST, None),
    ],
)
def test_a_call_that_reached_nobody_tells_why_and_who_ended_it(
    result: DialResult, by: EndedBy | None
) -> None:
    call = dialled(RING, told(result), end(16))
    assert (outcome_of(call), ended_by(call)) == (result, by)
    # The number is dialled when the own phone has answered: nobody missed that ring.
    assert [offer.result for offer in call.offers] == [ev.RingResult.ANSWERED]


def test_it_is_the_same_in_whatever_order_it_is_told() -> None:
    late = dialled(RING, end(16), told(R.BUSY))
    assert outcome_of(late) == R.BUSY
    assert [offer.result for offer in late.offers] == [ev.RingResult.ANSWERED]


@pytest.mark.parametrize(
    ("cause", "outcome", "by"),
    [
        (19, "agent_no_answer", EndedBy.TIMEOUT),
        (21, "agent_declined", EndedBy.AGENT),
        (17, "agent_declined", EndedBy.AGENT),
        (20, "agent_unreachable", None),
        (16, "cancelled", EndedBy.AGENT),
        # Asterisk is gone, or only a comparison says that the call is: nobody knows.
        (0, "unknown", None),
    ],
)
def test_the_ring_of_the_own_phone_is_not_the_customers(cause: int, outcome: str, by: EndedBy | None) -> None:
    call = dialled(RING, end(cause))
    assert (outcome_of(call), ended_by(call)) == (outcome, by)


def test_an_own_phone_that_never_rang_was_not_reached() -> None:
    assert outcome_of(dialled(end(0))) == "agent_unreachable"


@pytest.mark.parametrize(
    ("last", "by"),
    [
        (ev.LegEnded(at=at(15), call_id="out-1", agent="1001", reason=ev.LegEnd.HANGUP), EndedBy.AGENT),
        (ev.CallerUnbridged(at=at(15), call_id="out-1"), EndedBy.CUSTOMER),
        (ev.LegEnded(at=at(15), call_id="out-1", agent="1001", reason=ev.LegEnd.PHONE_LOST), None),
    ],
)
def test_a_conversation_tells_who_hung_up(last: ev.CallEvent, by: EndedBy | None) -> None:
    call = dialled(RING, ANSWER, last, told(R.ANSWERED), end(16))
    assert (outcome_of(call), ended_by(call)) == ("answered", by)


def test_while_it_lasts_there_is_no_outcome() -> None:
    call = dialled(RING)
    assert (outcome_of(call), ended_by(call)) == (None, None)


def history(*results: DialResult) -> LineHistory:
    """Calls one a second, in this order."""
    calls = LineHistory()
    for second, result in enumerate(results):
        calls.note(f"out-{second}", at(second), result)
    return calls


@pytest.mark.parametrize("fault", sorted(LINE_FAULTS))
def test_a_line_that_fails_several_calls_in_a_row_is_out_of_order(fault: DialResult) -> None:
    assert history(*[fault] * (ALARM_CALLS - 1)).streak() is None
    streak = history(R.ANSWERED, *[fault] * ALARM_CALLS).streak()
    assert streak is not None
    assert (streak.result, streak.count, streak.since) == (fault, ALARM_CALLS, at(1))


@pytest.mark.parametrize("through", [R.ANSWERED, R.BUSY, R.DECLINED, R.UNKNOWN_NUMBER, R.UNAVAILABLE])
def test_a_call_that_the_line_carried_ends_the_row(through: DialResult) -> None:
    faults = [R.CONGESTION] * ALARM_CALLS
    assert history(*faults, through).streak() is None
    assert history(*faults[1:], through, *faults[1:]).streak() is None


@pytest.mark.parametrize("nothing", [R.CANCELLED, R.PHONE_LOST, R.FAILED])
def test_a_call_that_says_nothing_of_the_line_neither_counts_nor_ends_the_row(nothing: DialResult) -> None:
    streak = history(R.CONGESTION, nothing, R.NO_ROUTE, nothing, R.LINE_SILENT, nothing).streak()
    assert streak is not None
    assert (streak.result, streak.count) == (R.LINE_SILENT, 3)


def test_the_same_call_told_again_and_late_counts_once_at_its_time() -> None:
    calls = history(R.CONGESTION, R.CONGESTION)
    calls.note("out-1", at(1.01), R.CONGESTION)
    assert calls.streak() is None
    calls.note("late", at(0.5), R.BUSY)
    calls.note("out-3", at(3), R.CONGESTION)
    assert calls.streak() is None


def test_however_many_calls_there_were_a_bounded_number_is_remembered() -> None:
    streak = history(*[R.NO_ROUTE] * (REMEMBERED + 5)).streak()
    assert streak is not None
    assert streak.count == REMEMBERED


def test_what_the_history_has_is_taken_up() -> None:
    calls = LineHistory()
    calls.resume([("a", at(1), "no_route"), ("b", at(2), "agent_declined"), ("c", at(3), "congestion")])
    assert calls.streak() is None
    calls.resume([("d", at(0), "line_refused")])
    streak = calls.streak()
    assert streak is not None
    assert streak.count == 3
