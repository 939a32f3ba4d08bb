"""Every event survives the way to JSON and back."""

import json
from dataclasses import fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, get_type_hints

import pytest

from cti.domain import events as ev
from cti.domain.event_codec import from_payload, kind_of, to_payload

T0 = datetime(2026, 11, 2, 9, 0, 0, 123456, tzinfo=UTC)
CONCRETE = [
    thing
    for thing in vars(ev).values()
    if isinstance(thing, type)
    and issubclass(thing, ev.Event)
    and thing not in (ev.Event, ev.CallEvent, ev.AgentEvent)
]


def _sample(cls: type[ev.Event]) -> ev.Event:
    values: dict[str, Any] = {}
    hints = get_type_hints(cls)
    for field in fields(cls):
        hint = hints[field.name]
        options = getattr(hint, "__args__", None)
        if hint is datetime:
            values[field.name] = T0
        elif isinstance(hint, type) and issubclass(hint, StrEnum):
            values[field.name] = list(hint)[-1]
        elif hint in (int, bool):
            values[field.name] = hint(1)
        elif field.name == "record":
            values[field.name] = {"match": "found"}
        elif options and int in options:
            values[field.name] = 7
        else:
            values[field.name] = "'\"${SHELL(x)}\r\n<script>😀"
    return cls(**values)


@pytest.mark.parametrize("cls", CONCRETE, ids=lambda c: c.__name__)
def test_round_trip_through_json(cls: type[ev.Event]) -> None:
    event = _sample(cls)
    assert from_payload(json.loads(json.dumps(to_payload(event)))) == event


def test_names_on_the_wire_are_snake_case() -> None:
    assert kind_of(_sample(ev.QueueEntered)) == "queue_entered"


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(KeyError):
        from_payload({"event": "nonsense"})
