"""What is recorded of a call: its outcome in every course, its times, what is not known."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC

import pytest

from crm.rules.caller import CallerRecord, Match
from cti.domain import events as ev
from cti.domain.call import Call
from cti.domain.dialling import DialResult
from cti.domain.floor import Directory, Floor
from cti.domain.outcome import outcome_of
from cti.domain.refusals import CallsRefused, RefusalCause, RefusalsRepeat, Repeating
from cti.domain.views import view_call
from cti.recorder.items import Item, from_line, to_line
from cti.recorder.mapping import call_record, items_of
from storage.records import CallRecord, RecordingRecord, RefusalRecord
from tests.support.callers import card
from tests.support.recorded_floor import at

ID = "rd-1"
ENTER = ev.QueueEntered(at=at(10), call_id=ID, queue="service")
RING = ev.AgentRung(at=at(12), call_id=ID, agent="1001", queue="service")
ANSWER = ev.LegStarted(at=at(20), call_id=ID, agent="1001", channel="PJSIP/1001-1")
LOST = ev.LegEnded(at=at(30), call_id=ID, agent="1001", reason=ev.LegEnd.PHONE_LOST)
AGAIN = ev.QueueEntered(at=at(30), call_id=ID, queue="service")
END = ev.CallEnded(at=at(60), call_id=ID, cause=16)


def played(
    events: Iterable[ev.CallEvent], direction: ev.Direction = ev.Direction.INBOUND, agent: str | None = None
) -> Call:
    call = Call.started(ev.CallStarted(at=at(0), call_id=ID, number="1", direction=direction, agent=agent))
    for event in events:
        call.apply(event)
    return call


def record_of(call: Call) -> CallRecord:
    return call_record(view_call(call), to_e164={"020 7946 0000": "+442079460000"}.get)


def test_a_test_call_is_recorded_as_one() -> None:
    begun = ev.CallStarted(at=at(0), call_id=ID, test=True)
    assert [record_of(Call.started(start)).test for start in (begun, replace(begun, test=False))] == [
        True,
        False,
    ]


def left(outcome: ev.StintOutcome) -> ev.QueueLeft:
    return ev.QueueLeft(at=at(25), call_id=ID, queue="service", outcome=outcome)


@pytest.mark.parametrize(
    ("events", "outcome"),
    [
        ([END], "menu"),
        ([ENTER], None),
        ([ENTER, END], "abandoned"),
        ([ENTER, RING, END], "abandoned"),
        ([ENTER, left(ev.StintOutcome.TIMEOUT), END], "timeout"),
        ([ENTER, left(ev.StintOutcome.EMPTY), END], "empty"),
        ([ENTER, RING, ANSWER, END], "answered"),
        ([ENTER, RING, ANSWER, LOST, AGAIN, END], "abandoned"),
        ([ENTER, left(ev.StintOutcome.MOVED), END], "abandoned"),
        ([ENTER, left(ev.StintOutcome.UNKNOWN), END], "unknown"),
        ([ANSWER, END], "answered"),
    ],
)
def test_the_last_stay_decides_the_outcome(events: list[ev.CallEvent], outcome: str | None) -> None:
    assert outcome_of(played(events)) == outcome


def test_an_outbound_call_has_its_outcome_and_the_lines_cause() -> None:
    dialled = ev.DialEnded(at=at(60), call_id=ID, result=DialResult.BUSY, cause=17)
    in_vain = record_of(played([RING, dialled, END], ev.Direction.OUTBOUND, "1001"))
    assert (in_vain.outcome, in_vain.ended_by, in_vain.end_cause) == ("busy", "customer", 17)
    assert in_vain.agent == "1001"
    answered = record_of(played([RING, ANSWER, dialled, END], ev.Direction.OUTBOUND, "1001"))
    assert (answered.outcome, answered.ended_by, answered.end_cause) == ("answered", "customer", 16)


def test_waits_of_all_stays_are_added_and_the_first_queue_owns_the_call() -> None:
    moved = ev.QueueEntered(at=at(30), call_id=ID, queue="sales")
    record = record_of(played([ENTER, RING, ANSWER, LOST, moved, END]))
    assert (record.queue, record.wait_s, record.talk_s) == ("service", 10.0 + 30.0, 10.0)
    assert [leg.end_reason for leg in record.legs] == ["phone_lost"]


def test_the_first_queue_owns_the_call_also_when_it_was_full() -> None:
    full = [
        ev.QueueEntered(at=at(1), call_id=ID, queue="complaints"),
        ev.QueueLeft(at=at(1), call_id=ID, queue="complaints", outcome=ev.StintOutcome.FULL),
    ]
    record = record_of(played([*full, ENTER, RING, ANSWER, END]))
    assert (record.queue, record.outcome) == ("complaints", "answered")
    assert [(s.no, s.queue, s.outcome, s.wait_s) for s in record.stints] == [
        (1, "complaints", "full", 0.0),
        (2, "service", "answered", 10.0),
    ]
    refused = record_of(played([*full, END]))
    assert (refused.queue, refused.outcome, refused.wait_s) == ("complaints", "full", 0.0)


def test_a_hold_that_nobody_saw_is_unknown_and_not_zero() -> None:
    call = played([ENTER, RING, ANSWER])
    call.mark_gap(at(3))
    call.apply(END)
    record = record_of(call)
    assert record.hold_s is None
    assert (record.legs[0].hold_s, record.legs[0].holds) == (None, None)
    assert record.talk_s == 40.0


def test_each_leg_has_the_talk_of_its_own() -> None:
    """Sent on after 12 s, of which 4 on hold; the colleague is held for 3 s that nobody resumes."""
    held = [
        ev.LegHeld(at=at(24), call_id=ID, agent="1001"),
        ev.LegResumed(at=at(28), call_id=ID, agent="1001"),
    ]
    sent_on = ev.CallerUnbridged(at=at(32), call_id=ID)
    second = [
        ev.LegStarted(at=at(40), call_id=ID, agent="1002"),
        ev.LegHeld(at=at(57), call_id=ID, agent="1002"),
    ]
    record = record_of(played([ENTER, RING, ANSWER, *held, sent_on, *second, END]))
    talked = [(leg.agent, leg.talk_s, leg.hold_s) for leg in record.legs]
    assert talked == [("1001", 8.0, 4.0), ("1002", 17.0, 3.0)]
    assert record.talk_s == 25.0
    assert record_of(played([ENTER, RING, ANSWER])).legs[0].talk_s is None


@pytest.mark.parametrize(
    ("record", "customer"),
    [
        (CallerRecord(Match.FOUND, customers=(card(7),)), 7),
        (CallerRecord(Match.SEVERAL, customers=(card(7), card(8))), None),
        (CallerRecord(Match.SEVERAL, customers=(card(7), card(8)), chosen=8), 8),
        (CallerRecord(Match.UNKNOWN), None),
        (CallerRecord(Match.FOUND), None),
    ],
)
def test_only_a_customer_found_for_certain_is_linked(record: CallerRecord, customer: int | None) -> None:
    identified = ev.CallerIdentified(at=at(1), call_id=ID, number_e164="+441", record=record)
    assert record_of(played([identified])).customer_id == customer


@pytest.mark.parametrize(("number", "e164"), [("020 7946 0000", "+442079460000"), ("anonymous", None)])
def test_the_number_of_a_call_that_nobody_looked_up_is_normalised(number: str, e164: str | None) -> None:
    started = ev.CallStarted(at=at(0), call_id=ID, number=number, source=ev.Source.RECORD)
    assert record_of(Call.started(started)).number_e164 == e164


def test_the_number_that_was_looked_up_stays() -> None:
    identified = ev.CallerIdentified(
        at=at(1), call_id=ID, number_e164="+441", record=CallerRecord(Match.UNKNOWN)
    )
    assert record_of(played([identified])).number_e164 == "+441"


def applied(event: ev.Event) -> list[Item]:
    floor = Floor(Directory({}, {}, UTC), epoch="e", now=at(0))
    return list(items_of(floor.apply(event)))


def test_a_line_of_refused_calls_is_a_row_and_no_fact_of_the_journal() -> None:
    line = CallsRefused(
        at=at(9),
        uid="e:1",
        first_at=at(2),
        cause=RefusalCause.CODEC,
        trunk="carrier",
        number="1\0",
        dialled="4001",
        address="198.51.100.7",
        detail="G729",
        count=600,
    )
    (record,) = applied(line)
    assert record == RefusalRecord(
        "e:1", at(2), at(9), 600, "codec", "carrier", "1␀", "4001", "198.51.100.7", "G729"
    )


def test_what_repeats_among_them_is_shown_and_not_recorded() -> None:
    floor = Floor(Directory({}, {}, UTC), epoch="e", now=at(0))
    item = Repeating(RefusalCause.CODEC, "carrier", 5, at(0), at(1))
    told = floor.apply(RefusalsRepeat(at=at(1), repeating=(item,)))
    assert told.system is not None
    assert told.system.refusals == (item,)
    assert list(items_of(told)) == []


def test_recordings_that_were_begun_are_recorded_and_survive_the_spool() -> None:
    mark = ev.RecordingStarted(at=at(19), call_id=ID, file=f"{ID}-1@1001")
    record = record_of(played([ENTER, RING, mark, ANSWER, END]))
    assert record.recordings == (RecordingRecord(f"{ID}-1@1001", at(19)),)
    assert from_line(to_line(record)) == record
