"""What a row of the journal holds: the fact whole, nothing twice, and old rows and spools as they were."""

import json
from datetime import UTC, datetime

import pytest

from cti.domain import events as ev
from cti.domain.delta import FloorDelta
from cti.domain.event_codec import kind_of, to_payload
from cti.domain.floor import Floor
from cti.recorder.items import from_line, to_line
from cti.recorder.mapping import items_of
from storage.records import EventRecord
from tests.support.traces import DIRECTORY, NAMES, live_events


def _applied(name: str) -> list[FloorDelta]:
    floor = Floor(DIRECTORY, epoch="epoch", now=datetime(2026, 1, 1, tzinfo=UTC))
    return [applied for event in live_events(name) if (applied := floor.apply(event)) is not None]


@pytest.mark.parametrize("name", NAMES)
def test_a_row_holds_the_whole_fact_and_nothing_twice(name: str) -> None:
    for applied in _applied(name):
        row = next(item for item in items_of(applied) if isinstance(item, EventRecord))
        columns = {"event": row.kind, "at": row.at.isoformat(), "call_id": row.call_id, "source": row.source}
        assert row.payload.keys().isdisjoint(columns)
        whole = to_payload(applied.event)
        if isinstance(applied.event, ev.CallerIdentified):
            continue
        assert {**{k: v for k, v in columns.items() if k in whole}, **row.payload} == json.loads(
            json.dumps(whole)
        )
        assert row.kind == kind_of(applied.event)


def test_a_line_that_an_older_version_spooled_is_written_as_it_is() -> None:
    payload = {"event": "call_ended", "at": "2026-01-01T00:00:00+00:00", "call_id": "rd-1", "source": "live"}
    old = EventRecord("e:1", datetime(2026, 1, 1, tzinfo=UTC), "call_ended", {**payload, "cause": 16}, "rd-1")
    assert from_line(to_line(old)) == old
