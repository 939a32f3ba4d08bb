"""One call: what each event does, what cannot follow, and that known facts change nothing."""

import copy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_console.gateway import wire
from cti.domain import events as ev
from cti.domain.call import Call
from cti.domain.call_state import CALL_MOVES, NOTES, CallState, IllegalMove
from cti.domain.views import view_call

T0 = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
CALL = "ringdesk-1.1"


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def started() -> Call:
    return Call.started(
        ev.CallStarted(at=T0, call_id=CALL, hotline="4001", number="+86138", channel="PJSIP/t-1")
    )


def fold(*events: ev.CallEvent) -> Call:
    call = started()
    for event in events:
        call.apply(event)
    return call


def entered(seconds: float, queue: str = "service", **more: Any) -> ev.QueueEntered:
    return ev.QueueEntered(at=at(seconds), call_id=CALL, queue=queue, **more)


def rung(seconds: float, agent: str = "1001") -> ev.AgentRung:
    return ev.AgentRung(at=at(seconds), call_id=CALL, agent=agent)


def talks(seconds: float, agent: str = "1001", **more: Any) -> ev.LegStarted:
    return ev.LegStarted(at=at(seconds), call_id=CALL, agent=agent, channel="PJSIP/1001-1", **more)


def test_a_call_that_is_answered_held_and_hung_up() -> None:
    call = fold(
        ev.MenuStepTaken(at=at(2), call_id=CALL, step="main", kind="menu", exit="1", keys="1", language="zh"),
        entered(3),
        rung(4),
        talks(8),
        ev.LegHeld(at=at(10), call_id=CALL, agent="1001"),
        ev.LegResumed(at=at(15), call_id=CALL, agent="1001"),
        ev.LegEnded(at=at(20), call_id=CALL, agent="1001", reason=ev.LegEnd.HANGUP),
        ev.CallEnded(at=at(21), call_id=CALL, cause=16),
    )
    assert call.state is CallState.ENDED
    assert call.language == "zh"
    assert [s.step for s in call.path] == ["main"]
    assert (call.stints[0].outcome, call.stints[0].waited_s) == (ev.StintOutcome.ANSWERED, 5.0)
    assert call.offers[0].result is ev.RingResult.ANSWERED
    assert (call.legs[0].queue, call.legs[0].hold_s, call.legs[0].end) == ("service", 5.0, ev.LegEnd.HANGUP)
    assert call.waited_s == 5.0


def test_hanging_up_in_the_queue_is_an_abandon_and_not_charged_to_the_agent() -> None:
    call = fold(entered(1), rung(2), ev.CallEnded(at=at(7), call_id=CALL))
    assert call.stints[0].outcome is ev.StintOutcome.ABANDONED
    assert call.offers[0].result is ev.RingResult.CALLER_GONE
    assert call.legs == []


def test_an_agent_who_does_not_answer_leaves_the_caller_in_the_queue() -> None:
    call = fold(
        entered(1),
        rung(2),
        ev.RingEnded(at=at(17), call_id=CALL, agent="1001", result=ev.RingResult.NO_ANSWER),
    )
    assert call.state is CallState.QUEUED
    assert call.offers[0].result is ev.RingResult.NO_ANSWER


def cancelled(seconds: float, agent: str = "1001") -> ev.RingEnded:
    """What Asterisk says of a ring that ended for whatever reason but the phone's own."""
    return ev.RingEnded(at=at(seconds), call_id=CALL, agent=agent, result=ev.RingResult.CALLER_GONE)


def test_a_ring_that_a_colleagues_answer_ended_was_not_ended_by_the_caller() -> None:
    call = fold(entered(1), rung(2), rung(2, "1002"), cancelled(8), talks(8.1, "1002"))
    assert [o.result for o in call.offers] == [ev.RingResult.ANSWERED_ELSEWHERE, ev.RingResult.ANSWERED]


def test_a_colleague_was_faster_also_when_the_caller_hung_up_before_they_could_speak() -> None:
    told = ev.RingEnded(at=at(8), call_id=CALL, agent="1001", result=ev.RingResult.ANSWERED_ELSEWHERE)
    call = fold(
        entered(1), rung(2), rung(2, "1002"), cancelled(8), told, ev.CallEnded(at=at(9), call_id=CALL)
    )
    assert [o.result for o in call.offers] == [ev.RingResult.ANSWERED_ELSEWHERE, ev.RingResult.CALLER_GONE]


@pytest.mark.parametrize("next_place", [entered(9, "sales"), rung(9, "1002")])
def test_a_ring_from_which_the_caller_was_taken_was_not_ended_by_the_caller(next_place: ev.CallEvent) -> None:
    call = fold(entered(1), rung(2), cancelled(8), next_place, ev.CallEnded(at=at(20), call_id=CALL))
    assert call.offers[0].result is ev.RingResult.MOVED


def test_a_phone_that_is_told_late_that_the_caller_was_taken_elsewhere_was_not_left_by_the_caller() -> None:
    moved = fold(entered(1), rung(2), entered(8, "sales"), rung(9, "1002"), cancelled(9.01))
    assert [o.result for o in moved.offers] == [ev.RingResult.MOVED, None]
    faster = fold(entered(1), rung(2), rung(2, "1002"), talks(8, "1002"), cancelled(8.01))
    assert [o.result for o in faster.offers] == [ev.RingResult.ANSWERED_ELSEWHERE, ev.RingResult.ANSWERED]


def test_of_a_call_that_was_gone_after_a_gap_nobody_knows_how_the_ring_ended() -> None:
    gone = ev.CallEnded(at=at(30), call_id=CALL, source=ev.Source.SERVICE)
    assert fold(entered(1), rung(2), gone).offers[0].result is ev.RingResult.UNKNOWN
    heard = ev.CallEnded(at=at(7), call_id=CALL, source=ev.Source.RECORD)
    assert fold(entered(1), rung(2), gone, heard).offers[0].result is ev.RingResult.CALLER_GONE


@pytest.mark.parametrize(
    ("cause", "result"), [(16, "caller_gone"), (19, "no_answer"), (21, "refused"), (20, "unreachable")]
)
def test_the_cause_tells_how_the_ring_of_the_own_phone_ended(cause: int, result: str) -> None:
    """`caller_gone` is who dialled."""
    call = Call.started(
        ev.CallStarted(at=T0, call_id=CALL, direction=ev.Direction.OUTBOUND, number="138", agent="1001")
    )
    call.apply(rung(1))
    assert call.ringing == {"1001"}
    call.apply(ev.CallEnded(at=at(9), call_id=CALL, cause=cause))
    assert (call.ringing, [offer.result for offer in call.offers]) == (set(), [result])


def test_the_second_of_two_ringing_phones_keeps_the_call_ringing() -> None:
    busy = ev.RingEnded(at=at(3), call_id=CALL, agent="1001", result=ev.RingResult.REFUSED)
    assert fold(entered(1), rung(2), rung(2, "1002"), busy).state is CallState.RINGING


def sent_on(seconds: float, agent: str, note: str = "", to: str | None = "sales") -> ev.TransferAsked:
    return ev.TransferAsked(
        at=at(seconds), source=ev.Source.SERVICE, call_id=CALL, agent=agent, to_queue=to, note=note
    )


def test_notes_of_several_transfers_stay_with_the_call_each_with_its_author() -> None:
    call = fold(entered(1), talks(3), sent_on(9, "1001", "wants a quote"), sent_on(20, "1002"))
    assert wire.call(view_call(call))["notes"] == [{"agent": "1001", "text": "wants a quote"}]
    call.apply(sent_on(30, "1003", "quote is sent"))
    call.apply(sent_on(40, "1001", "wants a discount"))
    assert [(note.agent, note.text) for note in call.notes] == [
        ("1003", "quote is sent"),
        ("1001", "wants a discount"),
    ]


def test_the_note_of_a_transfer_that_was_refused_is_taken_back() -> None:
    call = fold(entered(1), talks(3), sent_on(9, "1001", "wants a quote"), sent_on(9.1, "1001", to=None))
    assert call.notes == []


def test_a_blind_transfer_ends_the_leg_as_transferred_and_starts_a_new_stint() -> None:
    call = fold(
        entered(1),
        rung(2),
        talks(3),
        ev.TransferAsked(at=at(9), call_id=CALL, agent="1001", to_queue="sales", note="wants a quote"),
        ev.CallerUnbridged(at=at(10), call_id=CALL),
        ev.LegEnded(at=at(10), call_id=CALL, agent="1001"),
        entered(11, "sales"),
    )
    assert call.legs[0].end is ev.LegEnd.TRANSFERRED
    assert [s.queue for s in call.stints] == ["service", "sales"]
    assert call.state is CallState.QUEUED
    assert call.transfer is not None
    assert call.transfer.note == "wants a quote"


def test_a_lost_phone_is_told_by_the_hang_up_that_follows() -> None:
    call = fold(
        entered(1),
        rung(2),
        talks(3),
        ev.LegEnded(at=at(9), call_id=CALL, agent="1001", reason=ev.LegEnd.HANGUP),
        ev.LegEnded(at=at(9), call_id=CALL, agent="1001", reason=ev.LegEnd.PHONE_LOST),
    )
    assert call.legs[0].end is ev.LegEnd.PHONE_LOST


def test_a_leg_learned_from_records_has_unknown_holds_not_zero() -> None:
    call = fold(entered(1), rung(2), talks(3, source=ev.Source.RECORD))
    assert call.legs[0].hold_s is None


def test_an_outbound_call_rings_until_the_customer_is_in_conversation() -> None:
    call = Call.started(
        ev.CallStarted(at=T0, call_id="out-1", direction=ev.Direction.OUTBOUND, number="138", agent="1001")
    )
    states = [call.state]
    for event in (
        ev.LegStarted(at=at(5), call_id="out-1", agent="1001"),
        ev.LegEnded(at=at(9), call_id="out-1", agent="1001"),
        ev.CallEnded(at=at(9), call_id="out-1"),
    ):
        call.apply(event)
        states.append(call.state)
    assert states == [CallState.RINGING, CallState.TALKING, CallState.RINGING, CallState.ENDED]
    assert call.agent == "1001"


@pytest.mark.parametrize("state", [s for s in CallState if s is not CallState.ENDED])
def test_every_state_but_the_last_has_a_way_out(state: CallState) -> None:
    ways = set().union(*CALL_MOVES[state].values())
    assert CallState.ENDED in ways
    assert len(ways) > 1


def test_an_illegal_move_raises_and_changes_nothing() -> None:
    call = fold(entered(1), ev.CallEnded(at=at(2), call_id=CALL))
    before = copy.deepcopy(call)
    with pytest.raises(IllegalMove, match="LegStarted"):
        call.apply(talks(3))
    assert call == before


# Each kind of fact, with what it is about.
_KINDS: list[tuple[type[ev.CallEvent], str, dict[str, Any]]] = [
    (ev.MenuStepTaken, "", {"step": "m", "kind": "menu", "exit": "1"}),
    (ev.QueueEntered, "queue", {}),
    (ev.QueueLeft, "queue", {"outcome": ev.StintOutcome.TIMEOUT}),
    (ev.AgentRung, "agent", {}),
    (ev.RingEnded, "agent", {"result": ev.RingResult.NO_ANSWER}),
    (ev.LegStarted, "agent", {}),
    (ev.LegHeld, "agent", {}),
    (ev.LegResumed, "agent", {}),
    (ev.LegEnded, "agent", {}),
    (ev.CallerUnbridged, "", {}),
    (ev.CallEnded, "", {}),
]
_LENGTHS, _PAUSES_S, _ANY_KIND = st.integers(0, 25), st.floats(0.0, 30.0), st.sampled_from(_KINDS)
_AGENTS, _QUEUES = st.sampled_from(["1001", "1002"]), st.sampled_from(["service", "sales"])


@st.composite
def _call_events(draw: st.DrawFn) -> list[ev.CallEvent]:
    """Any facts in any order, each a second or more after the last."""
    seconds, events = 0.0, list[ev.CallEvent]()
    for _ in range(draw(_LENGTHS)):
        seconds += draw(_PAUSES_S)
        of_all = {"agent": draw(_AGENTS), "queue": draw(_QUEUES)}
        kind, about, more = draw(_ANY_KIND)
        of_it = {about: of_all[about]} if about else {}
        events.append(kind(at=at(seconds), call_id=CALL, **of_it, **more))
    return events


@given(_call_events())
def test_whatever_is_reported_the_call_stays_within_its_table_and_its_times_add_up(
    events: list[ev.CallEvent],
) -> None:
    call = started()
    for event in events:
        before = call.state
        allowed = CALL_MOVES[before].get(type(event))
        if call.knows(event):
            continue
        if allowed is None and not isinstance(event, NOTES):
            with pytest.raises(IllegalMove):
                call.apply(event)
            continue
        call.apply(event)
        assert allowed is not None
        assert call.state in allowed, (before, event)
    assert all(s.waited_s is None or s.waited_s >= 0 for s in call.stints)
    assert all(leg.ended_at is None or leg.ended_at >= leg.started_at for leg in call.legs)
    assert all(leg.hold_s is None or leg.hold_s >= 0 for leg in call.legs)
    assert sum(s.left_at is None for s in call.stints) <= 1
    if call.state is CallState.ENDED:
        assert not call.open_legs
        assert not call.open_offers
        assert call.stint is None


@given(_call_events())
def test_the_same_facts_from_the_records_change_nothing(events: list[ev.CallEvent]) -> None:
    call = started()
    for event in events:
        try:
            call.apply(event)
        except IllegalMove:
            continue
        if isinstance(
            event, ev.QueueEntered | ev.LegStarted | ev.AgentRung | ev.CallEnded | ev.MenuStepTaken
        ):
            once = copy.deepcopy(call)
            call.apply(_again_from_records(event))
            assert call == once


def _again_from_records(event: ev.CallEvent) -> ev.CallEvent:
    return replace(event, source=ev.Source.RECORD, at=event.at + timedelta(milliseconds=3))


@pytest.mark.parametrize(
    "end",
    [
        ev.LegEnded(at=at(20), call_id=CALL, agent="1001", reason=ev.LegEnd.HANGUP),
        ev.CallerUnbridged(at=at(20), call_id=CALL),
        ev.CallEnded(at=at(20), call_id=CALL, cause=16),
    ],
)
def test_a_recording_ends_with_its_leg(end: ev.CallEvent) -> None:
    """The next leg may be in a queue that is not recorded: nobody must be told that it is."""
    mark = ev.RecordingStarted(at=at(7), call_id=CALL, file=f"{CALL}-1@1001")
    call = fold(entered(3), rung(4), mark, talks(8))
    assert wire.call(view_call(call))["recording"] is True
    call.apply(end)
    assert [(r.file, r.started_at, r.ended_at) for r in call.recordings] == [(mark.file, at(7), at(20))]
    if not isinstance(end, ev.CallEnded):
        for event in (entered(21, "sales"), rung(22, "1002"), talks(23, "1002")):
            call.apply(event)
        assert wire.call(view_call(call))["recording"] is False
