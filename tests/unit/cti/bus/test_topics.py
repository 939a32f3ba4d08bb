"""What crosses the bus comes out of the encoding as it went in, also the words of strangers."""

import importlib
import pkgutil
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

import cti.domain
from crm.rules.caller import CallerRecord, Match
from cti.bus.topics import FLOOR, PHONE
from cti.control.commands import PhoneInstruction
from cti.domain import events as ev
from cti.domain.dialling import DialResult
from cti.domain.event_codec import KINDS
from cti.domain.floor import Floor
from cti.domain.line import LineChanged, Streak
from cti.domain.refusals import CallTurnedAway, RefusalCause, RefusalsRepeat, Repeating
from storage.rows.customers import PastContact
from tests.support.callers import card
from tests.support.traces import DIRECTORY, NAMES, live_events

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.mark.parametrize("name", NAMES)
def test_every_delta_of_a_recorded_scene_is_read_as_it_was_written(name: str) -> None:
    events = live_events(name)
    floor = Floor(DIRECTORY, epoch=name, now=events[0].at)
    for event in events:
        delta = floor.apply(event)
        assert FLOOR.decode(FLOOR.encode(delta)) == delta


@pytest.mark.parametrize(
    "event",
    [
        ev.CallStarted(at=NOON, call_id="c1", name="'\"${X}\r\n\0<script>😀\ufffd", number="+86138"),
        ev.CallerIdentified(
            at=NOON,
            call_id="c1",
            number_e164=None,
            record=CallerRecord(
                Match.SEVERAL,
                customers=(card(7), card(8)),
                chosen=8,
                last_contacts=(PastContact("c0", NOON, "inbound", None, None, None, 1.5, None, "退款"),),
            ),
        ),
        LineChanged(at=NOON, streak=Streak(DialResult.CONGESTION, 3, NOON)),
        RefusalsRepeat(at=NOON, repeating=(Repeating(RefusalCause.CODEC, "carrier", 5, NOON, NOON),)),
        ev.GapClosed(at=NOON, since=NOON, recovered=False),
        ev.PauseDecided(at=NOON, agent="1001", reasons=("lunch", "no_answer")),
    ],
    ids=lambda event: type(event).__name__,
)
def test_a_delta_carries_its_event_whole(event: ev.Event) -> None:
    floor = Floor(DIRECTORY, epoch="e", now=NOON)
    floor.apply(ev.CallStarted(at=NOON, call_id="c1"))
    delta = floor.apply(event)
    read = FLOOR.decode(FLOOR.encode(delta))
    assert read == delta
    assert type(read.event) is type(event)


def test_an_instruction_to_a_phone_is_read_as_it_was_written() -> None:
    order = PhoneInstruction("1001", "answer", "c1")
    assert PHONE.decode(PHONE.encode(order)) == order


@pytest.mark.parametrize("data", [b"", b"\x00", b"\xc1", b"\x90", FLOOR.name.encode() * 100])
def test_what_is_no_message_is_refused(data: bytes) -> None:
    for topic in (FLOOR, PHONE):
        with pytest.raises(ValueError, match=r".+"):
            topic.decode(data)


def test_every_event_that_comes_onto_the_floor_can_be_named() -> None:
    """A new class of events is found here: without a name it could not be read in another process."""
    bases = {ev.Event, ev.CallEvent, ev.AgentEvent}
    found: set[Any] = set()
    for module in pkgutil.iter_modules(cti.domain.__path__):
        things = vars(importlib.import_module(f"cti.domain.{module.name}")).values()
        found |= {it for it in things if isinstance(it, type) and issubclass(it, ev.Event)}
    # Told to the book of refused calls alone.
    assert found - bases - {CallTurnedAway} == set(KINDS)


def test_what_crosses_the_bus_is_frozen_through_and_through() -> None:
    events = live_events("transfer-to-agent")
    floor = Floor(DIRECTORY, epoch="e", now=events[0].at)
    for event in events:
        _check_frozen(floor.apply(event))


def _check_frozen(it: Any) -> None:
    assert not isinstance(it, list | set)
    if isinstance(it, tuple):
        for part in it:
            _check_frozen(part)
    elif isinstance(it, msgspec.Struct):
        assert it.__struct_config__.frozen, type(it)
        for name in it.__struct_fields__:
            _check_frozen(getattr(it, name))
    elif is_dataclass(it):
        assert vars(type(it))["__dataclass_params__"].frozen, type(it)
        for field in fields(it):
            _check_frozen(getattr(it, field.name))
