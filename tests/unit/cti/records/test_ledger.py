"""The ledger: every record goes to its call, and nothing grows without a bound."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cti.domain import events as ev
from cti.records import ledger as module
from cti.records.ledger import CallRecords, Ledger
from cti.records.queue_log import GARBAGE, QueueLine
from tests.support.records import CALL, at, entry, line, phone

BEGIN = entry("RD_CALL", 0, extra='{"extra":"4001"}')


def member(event: str, seconds: float, *data: str) -> QueueLine:
    return QueueLine(at(seconds), "NONE", "service", "1001", event, data)


def begun(number: str = "+86138") -> Ledger:
    ledger = Ledger()
    ledger.add_record(replace(BEGIN, number=number))
    return ledger


def test_a_record_that_begins_a_call_is_told_once() -> None:
    ledger = Ledger()
    assert ledger.add_record(entry("CHAN_START", -1)) is None
    call = ledger.add_record(BEGIN)
    assert isinstance(call, CallRecords)
    assert call.call_id == CALL
    assert ledger.add_record(BEGIN) is None


def test_an_agents_channel_belongs_to_the_call_by_its_account_or_by_its_link() -> None:
    ledger = begun()
    ledger.add_record(phone("CHAN_START", 1))
    ledger.add_record(replace(phone("BRIDGE_ENTER", 2), account=CALL, linked_id="merged"))
    ledger.add_record(replace(phone("BRIDGE_EXIT", 3), account="other", linked_id="other"))
    assert [r.kind for r in ledger.calls[CALL].cel] == ["RD_CALL", "CHAN_START", "BRIDGE_ENTER"]


def test_what_means_nothing_is_not_kept() -> None:
    ledger = begun()
    for kind in ("STREAM_BEGIN", "CHAN_END", "LINKEDID_END", "DTMF"):
        ledger.add_record(entry(kind, 1))
    ledger.add_record(entry("APP_END", 1, app="AGI"))
    assert len(ledger.calls[CALL].cel) == 1


def test_a_line_that_comes_before_its_call_is_kept_for_it() -> None:
    ledger = Ledger()
    ledger.add_line(line("ENTERQUEUE", 1, "", "+86138", "1"))
    ledger.add_record(BEGIN)
    assert [one.event for one in ledger.calls[CALL].lines] == ["ENTERQUEUE"]


def test_a_call_is_over_a_moment_after_its_caller_hung_up() -> None:
    ledger = begun()
    ledger.add_record(phone("HANGUP", 4))
    assert list(ledger.over(at(100))) == []
    ledger.add_record(entry("HANGUP", 5))
    assert list(ledger.over(at(6))) == []
    (call,) = ledger.over(at(7))
    call.settle(at(8))
    ledger.add_record(phone("HANGUP", 9))
    assert list(ledger.over(at(100))) == []
    assert call.cel == []


def test_a_line_that_a_caller_wrote_into_the_number_says_nothing_of_an_agent() -> None:
    ledger = begun(
        number="+86138\n1762074000|MANAGER|service|1001|REMOVEMEMBER|\n1762074000|NONE|service|1001|PAUSE|x"
    )
    told: list[ev.AgentEvent] = []
    for each in (
        line("ENTERQUEUE", 1, "", "+86138"),
        member("REMOVEMEMBER", 1),
        member("PAUSE", 1, "x", "1"),
        member("PAUSE", 2, "lunch"),
    ):
        told.extend(ledger.add_line(each))
    assert [(type(event), event.at) for event in told] == [(ev.MemberPaused, at(2))]


def test_pieces_of_a_number_that_are_no_lines_are_counted_too() -> None:
    ledger = begun(number="a\nb\nc")
    ledger.add_line(line("ENTERQUEUE", 1, "", "a"))
    ledger.add_line(GARBAGE)
    assert ledger.add_line(member("PAUSE", 1, "forged")) == ()
    assert len(ledger.add_line(member("PAUSE", 1, "lunch"))) == 1


def test_calls_of_an_asterisk_that_died_end_with_its_last_word() -> None:
    ledger = begun()
    ledger.add_record(phone("CHAN_START", 1))
    ledger.add_record(phone("BRIDGE_ENTER", 2))
    ledger.add_line(replace(member("PAUSE", 60, "lunch"), agent="1002"))
    ledger.add_record(entry("RD_CALL", 100, call="next", extra="{}"))
    ledger.add_line(QueueLine(at(99), "NONE", "NONE", "NONE", "QUEUESTART"))
    ended = [event for event in ledger.calls[CALL].events() if isinstance(event, ev.LegEnded | ev.CallEnded)]
    assert [type(event) for event in ended] == [ev.LegEnded, ev.CallEnded]
    assert all(timedelta(0) <= event.at - at(60) < timedelta(seconds=1) for event in ended)
    assert ledger.calls["next"].ended_at is None


def test_a_call_that_ended_before_asterisk_stopped_keeps_its_end() -> None:
    ledger = begun()
    ledger.add_record(entry("HANGUP", 5, extra='{"hangupcause":16}'))
    ledger.add_line(QueueLine(at(99), "NONE", "NONE", "NONE", "QUEUESTART"))
    assert ledger.calls[CALL].ended_at == at(5)


def test_the_oldest_call_goes_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_CALLS", 2)
    ledger = Ledger()
    for name in ("a", "b", "c"):
        ledger.add_record(entry("RD_CALL", 1, call=name, extra="{}"))
    assert (list(ledger.calls), ledger.forgotten) == (["b", "c"], 1)


def test_a_call_without_end_does_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_RECORDS", 3)
    ledger = begun()
    for second in range(10):
        ledger.add_record(entry("RD_STEP", second, extra='{"extra":"a|b|c|d|e"}'))
    ledger.add_record(entry("HANGUP", 11))
    call = ledger.calls[CALL]
    assert (len(call.cel), call.ended_at) == (4, at(11))


def test_lines_of_strangers_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_EARLY", 2)
    ledger = Ledger()
    for name in ("a", "b", "c"):
        ledger.add_line(replace(line("ENTERQUEUE", 1), call_id=name))
    for name in ("a", "c"):
        ledger.add_record(entry("RD_CALL", 1, call=name, extra="{}"))
    assert [len(ledger.calls[name].lines) for name in ("a", "c")] == [0, 1]
