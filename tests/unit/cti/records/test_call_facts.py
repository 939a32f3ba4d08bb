"""What single records mean, in the corners that no recording shows."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cti.control import commands as cmd
from cti.control.rules import Context, plan
from cti.domain import events as ev
from cti.domain.floor import Floor
from cti.records.call_facts import begins_call, call_events
from cti.records.cel import CelRecord
from cti.records.comparison import fold
from cti.records.queue_log import QueueLine
from tests.support.desk import no_test_call
from tests.support.records import CALL, at, entry, line, phone
from tests.support.traces import DIRECTORY

BEGIN = entry("RD_CALL", 0, extra='{"extra":"4001"}')
JOINED = entry("APP_START", 1, app="Queue", app_data="service,c,,,60")
LEFT = entry("APP_END", 9, app="Queue", app_data="service,c,,,60")
HUNG_UP = entry("HANGUP", 9.001, extra='{"hangupcause":16}')


def events(*records: CelRecord, lines: tuple[QueueLine, ...] = ()) -> list[ev.CallEvent]:
    return list(call_events(CALL, records, lines))


def only(kind: type, found: list[ev.CallEvent]) -> ev.CallEvent:
    (event,) = [event for event in found if isinstance(event, kind)]
    return event


def test_everything_is_marked_as_read_from_the_records() -> None:
    found = events(BEGIN, JOINED, phone("CHAN_START", 2), phone("BRIDGE_ENTER", 3), LEFT, HUNG_UP)
    assert {event.source for event in found} == {ev.Source.RECORD}
    assert {event.call_id for event in found} == {CALL}


@pytest.mark.parametrize(("written", "test"), [("4001", False), ("4001|test", True), ("4001|tes", False)])
def test_the_records_tell_a_test_call_by_the_dialplans_mark(written: str, test: bool) -> None:
    started = only(ev.CallStarted, events(replace(BEGIN, extra=f'{{"extra":"{written}"}}'), HUNG_UP))
    assert isinstance(started, ev.CallStarted)
    assert (started.hotline, started.test) == ("4001", test)
    folded = fold([started])
    assert folded is not None
    assert folded.test is test


def test_without_its_beginning_there_is_no_call() -> None:
    assert events(JOINED, LEFT, HUNG_UP) == []
    assert not begins_call(entry("CHAN_START", 0, context="ringdesk-trunk"))
    assert not begins_call(phone("CHAN_START", 0))


def test_the_service_gives_ids_by_which_a_call_dialled_out_is_known() -> None:
    floor = Floor(DIRECTORY, epoch="e", now=at(0))
    for event in (ev.LinkUp(at=at(0)), ev.PhoneReachable(at=at(0), agent="1001")):
        floor.apply(event)
    dialled = plan(Context(floor, at(1), {}, no_test_call), cmd.Dial("1001", "13900139000"))
    assert dialled.call_id is not None
    assert begins_call(replace(phone("CHAN_START", 1), unique_id=dialled.call_id))


def mark(seconds: float, value: str) -> CelRecord:
    return entry("RD_QUEUE_ENTER", seconds, extra=f'{{"extra":"{value}"}}')


def exited(seconds: float, value: str) -> CelRecord:
    return entry("RD_QUEUE_EXIT", seconds, extra=f'{{"extra":"{value}"}}')


def stays(found: list[ev.CallEvent]) -> list[tuple[float, ev.StintOutcome | None, int]]:
    call = fold(found)
    assert call is not None
    return [((s.entered_at - at(0)).total_seconds(), s.outcome, s.priority) for s in call.stints]


def test_each_stay_has_the_priority_of_its_own_mark() -> None:
    twice = (mark(0.9, "service|1|05"), JOINED, LEFT, exited(9, "service|1|TIMEOUT"))
    again = (mark(10, "service|2|1000"), replace(JOINED, at=at(10.1)), replace(LEFT, at=at(12)))
    timeout, abandoned = ev.StintOutcome.TIMEOUT, ev.StintOutcome.ABANDONED
    assert stays(events(BEGIN, *twice, *again, replace(HUNG_UP, at=at(12.001)))) == [
        (1, timeout, 5),
        (10.1, abandoned, 1000),
    ]


def test_a_queue_that_is_entered_again_without_a_mark_was_never_left() -> None:
    back = replace(JOINED, at=at(4.1))
    out = replace(LEFT, at=at(4), context="ringdesk-menu-done")
    found = events(BEGIN, mark(0.9, "service|1|0"), JOINED, out, back, LEFT, HUNG_UP)
    assert stays(found) == [(1, ev.StintOutcome.ABANDONED, 0)]
    # Before there were marks each entry was a stay.
    assert len(stays(events(BEGIN, JOINED, out, back, LEFT, HUNG_UP))) == 2


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("FULL", ev.StintOutcome.FULL),
        ("JOINEMPTY", ev.StintOutcome.EMPTY),
        ("JOINUNAVAIL", ev.StintOutcome.EMPTY),
    ],
)
def test_a_queue_that_refused_the_caller_was_left_when_it_was_entered(
    status: str, outcome: ev.StintOutcome
) -> None:
    left_at_once = replace(LEFT, at=at(1.004))
    found = events(BEGIN, JOINED, left_at_once, exited(1.005, f"service|1|{status}"), HUNG_UP)
    assert stays(found) == [(1, outcome, 0)]
    assert only(ev.QueueLeft, found).at == at(1)


def test_a_stint_without_a_word_of_queue_log_is_abandoned_when_the_caller_hangs_up_in_it() -> None:
    left = only(ev.QueueLeft, events(BEGIN, JOINED, LEFT, HUNG_UP))
    assert isinstance(left, ev.QueueLeft)
    assert (left.outcome, left.at) == (ev.StintOutcome.ABANDONED, at(9))


@pytest.mark.parametrize(
    ("event", "outcome"),
    [
        ("ABANDON", ev.StintOutcome.ABANDONED),
        ("EXITWITHTIMEOUT", ev.StintOutcome.TIMEOUT),
        ("EXITEMPTY", ev.StintOutcome.EMPTY),
        ("EXITWITHKEY", ev.StintOutcome.KEY),
    ],
)
def test_queue_log_tells_how_a_stint_ended_and_cel_when(event: str, outcome: ev.StintOutcome) -> None:
    left = only(ev.QueueLeft, events(BEGIN, JOINED, LEFT, lines=(line("ENTERQUEUE", 1), line(event, 9.7))))
    assert isinstance(left, ev.QueueLeft)
    assert (left.outcome, left.at) == (outcome, at(9))


def test_a_line_about_another_queue_or_another_time_tells_nothing() -> None:
    lines = (line("EXITWITHTIMEOUT", 9, queue="sales"), line("EXITEMPTY", 40))
    left = only(ev.QueueLeft, events(BEGIN, JOINED, LEFT, entry("HANGUP", 60), lines=lines))
    assert isinstance(left, ev.QueueLeft)
    assert left.outcome is ev.StintOutcome.UNKNOWN


def test_a_caller_who_is_elsewhere_when_the_queue_ends_was_moved_although_queue_log_says_abandon() -> None:
    moved = entry("APP_END", 9, app="Queue", context="ringdesk-queue", exten="sales")
    left = only(ev.QueueLeft, events(BEGIN, JOINED, moved, lines=(line("ABANDON", 9),)))
    assert isinstance(left, ev.QueueLeft)
    assert left.outcome is ev.StintOutcome.MOVED


def test_a_stint_that_lasts_is_open() -> None:
    call = fold(events(BEGIN, JOINED))
    assert call is not None
    assert call.stint is not None


def test_a_lost_line_end_of_the_queue_does_not_join_two_stints() -> None:
    again = entry("APP_START", 20, app="Queue", app_data="sales")
    call = fold(events(BEGIN, JOINED, again, entry("HANGUP", 30)))
    assert call is not None
    assert [(s.queue, s.left_at) for s in call.stints] == [("service", at(20)), ("sales", at(30))]


def test_an_agents_channel_that_was_never_bridged_and_never_answered_rang_out() -> None:
    found = events(BEGIN, JOINED, phone("CHAN_START", 2), phone("HANGUP", 7), entry("HANGUP", 30))
    ended = only(ev.RingEnded, found)
    assert isinstance(ended, ev.RingEnded)
    assert ended.result is ev.RingResult.NO_ANSWER


def test_an_agent_is_not_charged_for_a_caller_who_hung_up_while_it_rang() -> None:
    found = events(BEGIN, JOINED, phone("CHAN_START", 2), phone("HANGUP", 7), entry("HANGUP", 7.1))
    ended = only(ev.RingEnded, found)
    assert isinstance(ended, ev.RingEnded)
    assert ended.result is ev.RingResult.CALLER_GONE


def test_the_dialplan_tells_how_a_direct_offer_ended() -> None:
    told = entry("RD_OFFER_EXIT", 7.1, extra='{"extra":"1001|CHANUNAVAIL"}')
    found = events(BEGIN, phone("CHAN_START", 2), phone("HANGUP", 7), told)
    ended = only(ev.RingEnded, found)
    assert isinstance(ended, ev.RingEnded)
    assert ended.result is ev.RingResult.UNREACHABLE


def test_a_leg_whose_exit_was_lost_ends_with_its_channel() -> None:
    found = events(BEGIN, phone("CHAN_START", 2), phone("BRIDGE_ENTER", 3), phone("HANGUP", 8))
    ended = only(ev.LegEnded, found)
    assert isinstance(ended, ev.LegEnded)
    assert (ended.at, ended.reason) == (at(8), ev.LegEnd.HANGUP)


def test_a_leg_that_lasts_is_open_and_its_holds_are_unknown() -> None:
    call = fold(events(BEGIN, JOINED, phone("CHAN_START", 2), phone("BRIDGE_ENTER", 3)))
    assert call is not None
    assert [(leg.ended_at, leg.hold_s) for leg in call.legs] == [(None, None)]


def test_two_legs_of_one_agent_are_two_channels() -> None:
    found = events(
        BEGIN,
        phone("CHAN_START", 1, leg="1"),
        phone("BRIDGE_ENTER", 2, leg="1"),
        phone("BRIDGE_EXIT", 3, leg="1"),
        phone("HANGUP", 3, leg="1"),
        phone("CHAN_START", 3.5, leg="2"),
        phone("BRIDGE_ENTER", 4, leg="2"),
    )
    call = fold(found)
    assert call is not None
    assert [(leg.channel[-1], leg.ended_at) for leg in call.legs] == [("1", at(3)), ("2", None)]


def test_a_clock_that_is_set_back_in_mid_call_turns_nothing_round() -> None:
    found = events(
        BEGIN,
        JOINED,
        phone("CHAN_START", 2),
        phone("BRIDGE_ENTER", -3600),
        entry("BRIDGE_ENTER", -3600),
        phone("BRIDGE_EXIT", -3590),
        phone("HANGUP", -3590),
        entry("HANGUP", -3590),
    )
    assert [type(event).__name__ for event in found] == [
        "CallStarted",
        "QueueEntered",
        "AgentRung",
        "LegStarted",
        "LegEnded",
        "CallEnded",
    ]
    assert found[-1].at - found[0].at < timedelta(seconds=3)


@pytest.mark.parametrize("extra", ["", "{}", '{"extra":"main|menu"}', '{"extra":"a|b|c|d|e|f"}', "garbage"])
def test_a_step_that_is_not_whole_is_left_out(extra: str) -> None:
    assert len(events(BEGIN, entry("RD_STEP", 1, extra=extra))) == 1


@pytest.mark.parametrize("extra", ["", "{}", '{"hangupcause":"x"}', '{"hangupcause":null}', "garbage"])
def test_a_hang_up_without_a_cause_is_a_hang_up(extra: str) -> None:
    ended = only(ev.CallEnded, events(BEGIN, entry("HANGUP", 5, extra=extra)))
    assert isinstance(ended, ev.CallEnded)
    assert ended.cause == 0


@pytest.mark.parametrize(
    ("marked", "cause", "end"),
    [
        (True, 44, ev.LegEnd.PHONE_LOST),
        # A desk phone that did not confirm its call.
        (True, 18, ev.LegEnd.PHONE_LOST),
        # It hung up by itself, with the cause that an earlier phone left on the caller's channel.
        (False, 44, ev.LegEnd.HANGUP),
    ],
)
def test_a_phone_is_lost_when_the_dialplan_said_so(marked: bool, cause: int, end: ev.LegEnd) -> None:
    lost = (phone("RD_PHONE_LOST", 6.1, extra='{"extra":"1001"}'),) if marked else ()
    hung_up = phone("HANGUP", 6.2, extra=f'{{"hangupcause":{cause}}}')
    spoke = (phone("CHAN_START", 2), phone("BRIDGE_ENTER", 3), phone("BRIDGE_EXIT", 6))
    ended = only(ev.LegEnded, events(BEGIN, JOINED, *spoke, *lost, hung_up, LEFT, HUNG_UP))
    assert isinstance(ended, ev.LegEnded)
    assert ended.reason is end
