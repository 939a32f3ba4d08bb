"""What single AMI events mean; whole calls are in tests/traces."""

import re
from pathlib import Path

import pytest

from cti.ami.framing import EVENT, event_name, parse
from cti.ami.normaliser import TABLE, means_nothing, normalise
from cti.domain import events as ev

CALL = "ringdesk-1.0"


@pytest.mark.parametrize(("word", "test"), [("test", True), ("", False), ("tes", False)])
def test_the_dialplans_word_marks_a_test_call(word: str, test: bool) -> None:
    fields = {
        "Event": "UserEvent",
        "UserEvent": "RingdeskCall",
        "Timestamp": "1795320223.200337",
        "Channel": "PJSIP/trunk-00000001",
        "RD_CALL": CALL,
        "Hotline": "4001",
        "Test": word,
    }
    (started,) = normalise(fields)
    assert isinstance(started, ev.CallStarted)
    assert (started.hotline, started.test) == ("4001", test)


def given_up(cause: str, **changed: str) -> tuple[ev.Event, ...]:
    """What HangupRequest of an agent's phone means."""
    fields = {
        "Event": "HangupRequest",
        "Timestamp": "1795320223.200337",
        "Channel": "PJSIP/1001-00000001",
        "ChannelStateDesc": "Ringing",
        "Uniqueid": "ringdesk-1.1",
        "ChanVariable": f"RD_CALL={CALL}",
        "Cause": cause,
    }
    return normalise({**fields, **changed})


@pytest.mark.parametrize(
    ("cause", "result"),
    [
        ("17", ev.RingResult.REFUSED),
        ("21", ev.RingResult.REFUSED),
        ("20", ev.RingResult.UNREACHABLE),
        ("44", ev.RingResult.UNREACHABLE),
    ],
)
def test_a_phone_tells_why_it_did_not_take_the_call(cause: str, result: ev.RingResult) -> None:
    (ended,) = given_up(cause)
    assert isinstance(ended, ev.RingEnded)
    assert (ended.call_id, ended.agent, ended.result) == (CALL, "1001", result)


def exit_of(status: str) -> tuple[ev.Event, ...]:
    """What the dialplan's word on how a queue was left means."""
    return normalise(
        {
            "Event": "UserEvent",
            "UserEvent": "RingdeskQueueExit",
            "Timestamp": "1795320223.200337",
            "ChanVariable": f"RD_CALL={CALL}\nQUEUE_PRIO=07",
            "RD_CALL": CALL,
            "Queue": "service",
            "Stint": "1",
            "Status": status,
        }
    )


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("FULL", ev.StintOutcome.FULL),
        ("JOINEMPTY", ev.StintOutcome.EMPTY),
        ("JOINUNAVAIL", ev.StintOutcome.EMPTY),
    ],
)
def test_an_entry_that_was_refused_is_a_stay_without_a_wait(status: str, outcome: ev.StintOutcome) -> None:
    entered, left = exit_of(status)
    assert isinstance(entered, ev.QueueEntered)
    assert isinstance(left, ev.QueueLeft)
    assert (entered.queue, entered.priority, entered.at) == ("service", 7, left.at)
    assert (left.queue, left.outcome) == ("service", outcome)


@pytest.mark.parametrize("status", ["TIMEOUT", "LEAVEEMPTY"])
def test_who_was_let_in_has_entered_already(status: str) -> None:
    assert [type(event) for event in exit_of(status)] == [ev.QueueLeft]


@pytest.mark.parametrize(
    ("given", "priority"), [("QUEUE_PRIO=05", 5), ("QUEUE_PRIO=", 0), ("X=1", 0), ("QUEUE_PRIO=-3", 0)]
)
def test_how_urgent_a_stay_is_comes_from_the_dialplan(given: str, priority: int) -> None:
    fields = {
        "Event": "QueueCallerJoin",
        "Timestamp": "1.0",
        "Uniqueid": CALL,
        "ChanVariable": f"RD_CALL={CALL}\n{given}",
        "Queue": "service",
        "Position": "2",
    }
    (entered,) = normalise(fields)
    assert isinstance(entered, ev.QueueEntered)
    assert (entered.call_id, entered.priority, entered.position) == (CALL, priority, 2)


@pytest.mark.parametrize(
    ("cause", "changed"),
    [
        ("16", {}),
        ("", {}),
        ("44", {"ChannelStateDesc": "Up"}),
        ("17", {"Channel": "PJSIP/trunk-00000000"}),
        ("17", {"Uniqueid": CALL}),
        ("17", {"ChanVariable": "RD_CALL="}),
    ],
    ids=["says nothing", "no cause", "in conversation", "the caller", "own click to dial", "no call of ours"],
)
def test_every_other_hang_up_says_nothing_of_a_ring(cause: str, changed: dict[str, str]) -> None:
    assert given_up(cause, **changed) == ()


RECORDED = Path(__file__).resolve().parents[4]


def recorded_events() -> list[bytes]:
    """Every event of every recording that has a name in the table."""
    files = [*RECORDED.glob("tests/traces/*/ami.txt"), *RECORDED.glob("bench/traces/*.txt")]
    said = (raw for path in files for raw in re.split(rb"\r?\n\r?\n", path.read_bytes()))
    tidy = (re.sub(rb"\r?\n", b"\r\n", raw) for raw in said)
    return [raw for raw in tidy if raw.startswith(EVENT) and event_name(raw).decode() in TABLE]


def test_what_one_look_says_to_mean_nothing_does_mean_nothing() -> None:
    events = recorded_events()
    skipped = [raw for raw in events if means_nothing(raw)]
    assert [raw for raw in skipped if normalise(parse(raw))] == []
    # What it is for: much of what is wanted by its name means nothing.
    assert len(skipped) > 0.1 * len(events)
