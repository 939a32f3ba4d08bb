"""Every item comes back from its line in the spool as it was, whatever callers sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.recorder.items import BrokenLine, Item, from_line, to_line
from storage.records import EventRecord, GapRecord, IntervalRecord, RefusalRecord, WrapUpEnd
from tests.unit.storage.builders import NOON, a_call, an_abandoned_call, later

ITEMS: list[Item] = [
    a_call(),
    a_call(ended_at=None, hold_s=None, customer_id=7),
    an_abandoned_call("rd-2"),
    EventRecord("e:1", NOON, "call_started", {"number": "x", "kind": "call", "list": [1, None]}, "rd-1"),
    EventRecord("e:2", NOON, "link_up", {}),
    IntervalRecord("1001", "presence", "paused", NOON, later(1), "lunch", "rd-1", "record"),
    GapRecord(NOON, "lost", later(1), True),
    WrapUpEnd("rd-1", "1001", NOON, None, "timeout", 2, NOON),
    RefusalRecord("e:3", NOON, later(1), 600, "codec", "carrier", "138", "4001", "198.51.100.7", "G729"),
]


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: type(item).__name__)
def test_an_item_survives_its_line(item: Item) -> None:
    line = to_line(item)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert from_line(line) == item


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_hostile_texts_survive(name: str, number: str) -> None:
    item = a_call(name=name, number=number)
    assert from_line(to_line(item)) == item


@given(st.binary(max_size=200))
def test_anything_else_is_a_broken_line(line: bytes) -> None:
    with pytest.raises(BrokenLine):
        from_line(line)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: type(item).__name__)
def test_a_line_cut_anywhere_is_broken(item: Item) -> None:
    line = to_line(item).rstrip(b"\n")
    for length in range(len(line)):
        with pytest.raises(BrokenLine):
            from_line(line[:length])
