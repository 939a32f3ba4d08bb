"""Every event survives the way to JSON."""

import json
from dataclasses import fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, get_type_hints

import pytest

from cti.domain import events as ev
from cti.domain.event_codec import kind_of, to_payload

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
def test_nothing_of_an_event_is_lost_in_json(cls: type[ev.Event]) -> None:
    event = _sample(cls)
    written = json.loads(json.dumps(to_payload(event)))
    assert written.pop("event") == kind_of(event)
    for field in fields(event):
        value, known = written.pop(field.name), getattr(event, field.name)
        assert (datetime.fromisoformat(value) if isinstance(known, datetime) else value) == known
    assert written == {}


def test_names_in_the_journal_are_snake_case() -> None:
    assert kind_of(_sample(ev.QueueEntered)) == "queue_entered"
