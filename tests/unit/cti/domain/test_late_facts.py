"""Facts that come late or twice, from Asterisk's records: the call ends up as if all had come in time."""

import copy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cti.domain import events as ev
from cti.domain.agent import Activity, AgentInfo, Interval
from cti.domain.call import Call
from cti.domain.call_state import IllegalMove
from cti.domain.floor import Directory, Floor
from cti.domain.metrics import StintCounts
from cti.domain.queue import QueueInfo

T0 = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
CALL = "ringdesk-1.1"
RECORD = ev.Source.RECORD
MIDNIGHT = 15 * 3600.0
STARTED = ev.CallStarted(at=T0, call_id=CALL, hotline="4001")


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def entered(seconds: float, queue: str = "service", source: ev.Source = ev.Source.LIVE) -> ev.QueueEntered:
    return ev.QueueEntered(at=at(seconds), call_id=CALL, queue=queue, source=source)


def rung(seconds: float, channel: str, source: ev.Source = ev.Source.LIVE) -> ev.AgentRung:
    return ev.AgentRung(at=at(seconds), call_id=CALL, agent="1001", channel=channel, source=source)


def talks(seconds: float, channel: str, source: ev.Source = ev.Source.LIVE) -> ev.LegStarted:
    return ev.LegStarted(at=at(seconds), call_id=CALL, agent="1001", channel=channel, source=source)


def hung_up(seconds: float, channel: str, source: ev.Source = ev.Source.LIVE) -> ev.LegEnded:
    reason = ev.LegEnd.HANGUP
    return ev.LegEnded(
        at=at(seconds), call_id=CALL, agent="1001", reason=reason, channel=channel, source=source
    )


def ended(seconds: float, source: ev.Source = ev.Source.LIVE) -> ev.CallEnded:
    return ev.CallEnded(at=at(seconds), call_id=CALL, cause=16, source=source)


def fold(*events: ev.CallEvent) -> Call:
    call = Call.started(STARTED)
    for event in events:
        call.apply(event)
    return call


def test_a_conversation_that_nobody_heard_is_there_after_the_call_ended() -> None:
    call = fold(entered(1), rung(2, "c"), hung_up(60, "c"), ended(61))
    assert [(s.outcome, call.legs) for s in call.stints] == [(ev.StintOutcome.ABANDONED, [])]
    call.apply(talks(9, "c", RECORD))
    assert [s.outcome for s in call.stints] == [ev.StintOutcome.ANSWERED]
    assert [(leg.started_at, leg.ended_at, leg.end) for leg in call.legs] == [
        (at(9), at(60), ev.LegEnd.HANGUP)
    ]
    assert call.legs[0].hold_s is None
    assert call.offers[0].result is ev.RingResult.ANSWERED
    assert call.ended_at == at(61)


def test_a_stint_that_came_late_gets_its_number_in_time() -> None:
    call = fold(entered(1), entered(40, "complaints"), entered(20, "sales", RECORD))
    assert [(s.no, s.queue, s.outcome) for s in call.stints] == [
        (1, "service", ev.StintOutcome.MOVED),
        (2, "sales", ev.StintOutcome.MOVED),
        (3, "complaints", None),
    ]


def test_what_is_read_again_after_it_was_heard_changes_nothing_not_even_when_all_is_over() -> None:
    call = fold(entered(1), rung(2, "c"), talks(3, "c"), hung_up(4, "c"), ended(5))
    once = copy.deepcopy(call)
    again: list[ev.CallEvent] = [entered(1.01, source=RECORD), rung(2.01, "c", RECORD)]
    again += [talks(3.01, "c", RECORD), hung_up(4.01, "c", RECORD), ended(5.01, RECORD)]
    for event in again:
        call.apply(event)
    assert call == once


def test_what_is_heard_after_it_was_read_has_no_holds_that_nobody_heard() -> None:
    call = fold(entered(1, source=RECORD), talks(3, "c", RECORD), hung_up(4, "c", RECORD))
    assert call.legs[0].hold_s is None
    heard = (entered(1.01), talks(3.01, "c"), hung_up(4.01, "c"))
    for event in heard:
        call.apply(event)
    assert call.legs[0].hold_s == 0.0
    # As near as this the order that was read stays, and so do its times.
    assert (call.legs[0].started_at, call.legs[0].ended_at) == (at(3), at(4))


def test_an_end_that_was_read_before_the_caller_left_stays_before_it_when_it_is_heard_too() -> None:
    def lost(seconds: float, source: ev.Source) -> ev.LegEnded:
        reason = ev.LegEnd.PHONE_LOST
        return ev.LegEnded(at=at(seconds), call_id=CALL, agent="1001", reason=reason, source=source)

    call = fold(entered(1), talks(3, "c"), lost(9.001, RECORD))
    call.apply(ev.CallerUnbridged(at=at(9.002), call_id=CALL))
    call.apply(lost(9.004, ev.Source.LIVE))
    assert [(leg.ended_at, leg.end) for leg in call.legs] == [(at(9.001), ev.LegEnd.PHONE_LOST)]


def test_a_phone_that_rings_twice_within_two_seconds_rang_twice() -> None:
    call = fold(
        entered(1),
        rung(2, "PJSIP/1001-1"),
        ev.RingEnded(at=at(2.1), call_id=CALL, agent="1001", result=ev.RingResult.REFUSED),
        rung(3.2, "PJSIP/1001-2", RECORD),
    )
    assert [o.rang_at for o in call.offers] == [at(2), at(3.2)]


def test_what_was_heard_before_something_read_stands_before_it() -> None:
    call = fold(entered(1), talks(2, "a"), talks(5.2, "b", RECORD))
    call.apply(ev.CallerUnbridged(at=at(5), call_id=CALL))
    assert [(leg.ended_at, leg.end) for leg in call.legs] == [(at(5), ev.LegEnd.CALLER_GONE), (None, None)]


def test_what_is_read_stands_behind_what_was_read_before_it_although_cel_stamps_earlier() -> None:
    call = fold(entered(1.004))
    for event in (entered(1, source=RECORD), rung(1.002, "c", RECORD)):
        call.apply(event)
    assert [offer.queue for offer in call.offers] == ["service"]


def test_two_short_stays_in_one_queue_are_two_when_one_source_tells_both() -> None:
    call = fold(entered(1, source=RECORD), talks(1.2, "a", RECORD), hung_up(1.4, "a", RECORD))
    call.apply(entered(2, source=RECORD))
    assert len(call.stints) == 2


def test_unknown_holds_stay_unknown_when_the_call_is_folded_again() -> None:
    call = fold(entered(1), talks(3, "c"))
    call.mark_gap(at(3))
    call.apply(ev.MenuStepTaken(at=at(0.5), call_id=CALL, step="a", kind="say", exit="next", source=RECORD))
    call.apply(rung(2, "c", RECORD))
    assert call.offers[0].result is ev.RingResult.ANSWERED
    assert call.legs[0].hold_s is None


def test_a_late_fact_that_cannot_stand_in_its_place_changes_nothing() -> None:
    call = fold(entered(1), ended(5))
    call.apply(hung_up(7, "c"))
    once = copy.deepcopy(call)
    with pytest.raises(IllegalMove):
        call.apply(talks(6, "c", RECORD))
    assert call == once


def test_live_facts_keep_their_order_when_the_clock_is_set_back() -> None:
    call = fold(entered(100), rung(101, "c"), talks(3, "c"), hung_up(20, "c"), ended(21))
    assert [s.outcome for s in call.stints] == [ev.StintOutcome.ANSWERED]
    assert [leg.end for leg in call.legs] == [ev.LegEnd.HANGUP]


def floor() -> Floor:
    directory = Directory(
        agents={"1001": AgentInfo("1001", 1, "lina", "Li Na")},
        queues={q: QueueInfo(q, q, q) for q in ("service", "sales")},
        timezone=ZoneInfo("UTC"),
    )
    return Floor(directory, epoch="e", now=T0)


def test_the_queues_figures_follow_what_came_late() -> None:
    it = floor()
    for event in (STARTED, entered(1), rung(2, "c"), hung_up(60, "c"), ended(61)):
        it.apply(event)
    assert it.queues["service"].counts.abandoned == 1
    it.apply(talks(9, "c", RECORD))
    counts = it.queues["service"].counts
    assert (counts.answered, counts.answered_in_time, counts.abandoned, counts.finished) == (1, 1, 0, 1)


def test_a_stint_that_nobody_heard_is_counted_and_nobody_waits_in_it() -> None:
    it = floor()
    for event in (STARTED, entered(40, "sales"), entered(1, source=RECORD)):
        it.apply(event)
    assert (it.queues["service"].counts.moved, it.queues["service"].waiting) == (1, {})
    assert list(it.queues["sales"].waiting) == [CALL]


def test_who_waits_in_a_queue_again_still_waits_when_an_earlier_stay_comes_late() -> None:
    it = floor()
    for event in (STARTED, entered(20, "sales"), entered(40), entered(1, source=RECORD)):
        it.apply(event)
    assert it.queues["service"].waiting == {CALL: at(40)}
    assert it.queues["service"].offered == 2


def test_a_stay_that_late_facts_make_impossible_is_not_counted() -> None:
    it = floor()
    for event in (STARTED, entered(20), ended(16, RECORD)):
        it.apply(event)
    assert it.calls[CALL].stints == []
    assert (it.queues["service"].waiting, it.queues["service"].offered) == ({}, 0)


def test_an_agent_whose_part_late_facts_make_impossible_is_free() -> None:
    it = floor()
    for event in (STARTED, talks(20, "c"), ended(16, RECORD)):
        it.apply(event)
    assert (it.agents["1001"].activity, it.agents["1001"].call_id) == (Activity.IDLE, None)


def test_the_days_figures_follow_when_a_guess_is_put_right() -> None:
    it = floor()
    unknown, guess = ev.StintOutcome.UNKNOWN, ev.Source.SERVICE
    given_up = ev.StintOutcome.ABANDONED
    for event in (
        STARTED,
        entered(1),
        ev.QueueLeft(at=at(31), call_id=CALL, queue="service", outcome=unknown, source=guess),
        ev.CallEnded(at=at(31), call_id=CALL, source=guess),
    ):
        it.apply(event)
    counts = it.queues["service"].counts
    assert (counts.unknown, counts.overflowed, counts.finished) == (1, 0, 1)
    it.apply(ev.QueueLeft(at=at(2), call_id=CALL, queue="service", outcome=given_up, source=RECORD))
    applied = it.apply(ended(2, RECORD))
    counts = it.queues["service"].counts
    assert (counts.abandoned, counts.short_abandoned, counts.unknown, counts.finished) == (1, 1, 0, 1)
    assert (applied.calls[0].ended_at, applied.calls[0].guessed) == (at(2), False)


def guessed_call(it: Floor, started: ev.CallStarted = STARTED) -> None:
    guess = ev.Source.SERVICE
    for event in (
        started,
        entered(1),
        ev.QueueLeft(at=at(31), call_id=CALL, queue="service", outcome=ev.StintOutcome.UNKNOWN, source=guess),
        ev.CallEnded(at=at(31), call_id=CALL, source=guess),
    ):
        it.apply(event)


def test_a_guessed_call_that_was_forgotten_and_is_told_again_is_not_counted_twice() -> None:
    it = floor()
    guessed_call(it)
    it.apply(ev.CallStarted(at=at(31 + 600), call_id="later"))
    assert CALL not in it.calls
    assert it.queues["service"].counts.unknown == 1
    for event in (STARTED, entered(1, source=RECORD), ended(2, RECORD)):
        it.apply(event)
    counts = it.queues["service"].counts
    assert (counts.abandoned, counts.unknown, counts.finished) == (1, 0, 1)


@pytest.mark.parametrize("forgotten", [False, True])
def test_a_test_call_of_which_something_was_guessed_is_in_no_figure(forgotten: bool) -> None:
    it, started = floor(), replace(STARTED, test=True)
    guessed_call(it, started)
    if forgotten:
        it.apply(ev.CallStarted(at=at(31 + 600), call_id="later"))
    assert (CALL in it.calls) is not forgotten
    for event in (started, entered(1, source=RECORD), ended(2, RECORD)):
        it.apply(event)
    assert it.calls[CALL].stints[0].outcome is ev.StintOutcome.ABANDONED
    assert it.queues["service"].counts == StintCounts()


@pytest.mark.parametrize(("first", "second"), [(True, False), (False, True)])
def test_whoever_tells_again_how_a_call_began_does_not_take_its_mark(first: bool, second: bool) -> None:
    """Of two comparisons with Asterisk the later one may not know what the other knew."""
    call = Call.started(replace(STARTED, test=first, source=ev.Source.SERVICE))
    call.apply(replace(STARTED, at=at(1), test=second, source=ev.Source.SERVICE))
    assert call.test


def test_a_guess_of_before_a_restart_counts_until_its_call_is_told_better() -> None:
    before, it = floor(), floor()
    guessed_call(before)
    it.resume([], [], uncertain={CALL: before.calls[CALL].stints})
    counts = it.queues["service"].counts
    assert (counts.unknown, counts.finished) == (1, 1)
    for event in (STARTED, entered(1, source=RECORD), ended(2, RECORD)):
        it.apply(event)
    counts = it.queues["service"].counts
    assert (counts.abandoned, counts.unknown, counts.finished) == (1, 0, 1)


def test_what_the_records_tell_of_yesterday_is_not_counted_today() -> None:
    it = floor()
    it.apply(ev.CallStarted(at=at(MIDNIGHT), call_id="today"))
    for event in (STARTED, entered(1, source=RECORD), ended(9, RECORD)):
        it.apply(event)
    assert it.queues["service"].offered == 0


def test_what_the_records_correct_of_yesterday_leaves_todays_figures_alone() -> None:
    it = floor()
    evening = MIDNIGHT - 60
    for event in (STARTED, entered(evening), rung(evening + 1, "c"), hung_up(evening + 9, "c")):
        it.apply(event)
    it.apply(ended(evening + 10))
    it.apply(ev.CallStarted(at=at(MIDNIGHT), call_id="today"))
    it.apply(talks(evening + 2, "c", RECORD))
    assert it.calls[CALL].stints[0].outcome is ev.StintOutcome.ANSWERED
    assert it.queues["service"].counts == StintCounts()


# After a restart the calls under way are told from their beginning, to agents who are known to be further on.
PART_OF_1001 = (entered(1, source=RECORD), rung(2, "c", RECORD), talks(3, "c", RECORD))


def test_a_call_told_again_after_a_restart_does_not_move_who_talks_in_it() -> None:
    it = floor()
    it.resume([Interval("1001", "activity", "talking", None, CALL, at(3.001), None)], [])
    applied = [it.apply(event) for event in (STARTED, *PART_OF_1001)]
    assert [a.drift for a in applied if a.drift] == []
    assert [a.intervals for a in applied if a.intervals] == []
    agent = it.agents["1001"]
    assert (agent.activity, agent.call_id, agent.activity_since) == (Activity.TALKING, CALL, at(3.001))
    it.apply(hung_up(60, "c", RECORD))
    assert (agent.activity, agent.wrap_up_until) == (Activity.WRAPPING_UP, at(90))


def test_after_call_work_that_was_done_before_a_restart_stays_done() -> None:
    it = floor()
    it.resume([Interval("1001", "activity", "idle", None, None, at(40), None)], [])
    for event in (STARTED, *PART_OF_1001, hung_up(30, "c", RECORD), entered(31, "sales", RECORD)):
        it.apply(event)
    assert it.calls[CALL].leg_of("1001") is None
    assert (it.agents["1001"].activity, it.agents["1001"].activity_since) == (Activity.IDLE, at(40))
