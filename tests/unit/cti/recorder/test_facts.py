"""What the journal holds is read back as the event that it was, also what an earlier version wrote."""

import json
from dataclasses import MISSING, fields, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.rules.caller import CallerRecord, CustomerCard, Match
from cti.domain import events as ev
from cti.domain.event_codec import KINDS, Unreadable, from_payload, kind_of, to_payload
from cti.domain.refusals import CallsRefused
from cti.recorder.facts import event_of, payload_of
from cti.recorder.mapping import NOT_RECORDED
from tests.unit.storage.builders import NOON

CARD = CustomerCard(7, "王小明", "Wang Xiaoming", "明远", "gold", ("VIP",), "zh", "王小明", "采购", "手机")
RECORD = CallerRecord(Match.SEVERAL, "138 0013 8000", (CARD, replace(CARD, id=9)), chosen=9)
# Of what is looked up the journal keeps who it was.
KEPT = CallerRecord(
    Match.SEVERAL,
    customers=tuple(CustomerCard(it, "", "", None, "", (), "", "", "", "") for it in (7, 9)),
    chosen=9,
)
WHOLE = [it for it in KINDS if it not in (*NOT_RECORDED, CallsRefused, ev.CallerIdentified)]


def read_back(event: ev.Event) -> ev.Event:
    """By way of the row, whose payload is JSON."""
    payload = json.loads(json.dumps(payload_of(event)))
    return event_of(kind_of(event), event.at, str(event.source), getattr(event, "call_id", None), payload)


@settings(max_examples=300)
@given(st.sampled_from(WHOLE).flatmap(lambda kind: st.builds(kind, at=st.just(NOON))))
def test_every_event_is_read_back_as_it_was(event: ev.Event) -> None:
    assert read_back(event) == event


def test_of_a_looked_up_customer_it_is_known_who_it_was() -> None:
    event = ev.CallerIdentified(at=NOON, call_id="rd-1", number_e164="+8613800138000", record=RECORD)
    assert read_back(event) == replace(event, record=KEPT)


def test_values_that_are_not_known_are_left_out_and_those_that_were_not_written_have_their_default() -> None:
    payload = {"queue": "sales", "colour": "red", "event": "something_else", "at": "long ago"}
    assert event_of("queue_entered", NOON, "record", "rd-1", payload) == ev.QueueEntered(
        at=NOON, source=ev.Source.RECORD, call_id="rd-1", queue="sales"
    )


@pytest.mark.parametrize(
    ("kind", "payload", "why"),
    [
        ("queue_left_for_lunch", {}, "there is no event 'queue_left_for_lunch' in this version"),
        ("queue_entered", {}, "queue_entered: Object missing required field `queue`"),
        ("queue_entered", {"queue": 7}, "queue_entered: Expected `str`, got `int` - at `$.queue`"),
    ],
)
def test_what_is_no_event_says_why(kind: str, payload: dict[str, Any], why: str) -> None:
    with pytest.raises(Unreadable, match="^" + why.replace("$", r"\$").replace("`", "`")):
        event_of(kind, NOON, "live", "rd-1", payload)


def test_the_payload_alone_has_all_of_an_event() -> None:
    event = ev.QueueEntered(at=NOON, call_id="rd-1", queue="sales", priority=3)
    assert from_payload(json.loads(json.dumps(to_payload(event)))) == event
    assert {it.name for it in fields(event) if it.default is MISSING} <= to_payload(event).keys()
