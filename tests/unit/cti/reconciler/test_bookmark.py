"""The bookmark survives its way through JSON, and what is none is not taken for one."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from cti.reconciler.bookmark import Bookmark
from cti.reconciler.tail import Place

HEARD = datetime(2026, 11, 2, 9, 0, 0, 123456, tzinfo=UTC)


@pytest.mark.parametrize("heard", [None, HEARD])
def test_it_comes_back_from_json_as_it_was(heard: datetime | None) -> None:
    bookmark = Bookmark(Place(b'"CHAN_START","17\xff', 12), Place(b"", 0), heard)
    assert Bookmark.from_json(json.loads(json.dumps(bookmark.to_json()))) == bookmark


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        [],
        "x",
        {"cel": {"head": "", "offset": -1}, "queue_log": {"head": "", "offset": 0}, "heard_until": None},
        {"cel": {"head": "zz", "offset": 1}, "queue_log": {"head": "", "offset": 0}, "heard_until": None},
        {"cel": {"head": "", "offset": 1}, "queue_log": {"head": "", "offset": 0}, "heard_until": "today"},
        {"cel": None, "queue_log": None, "heard_until": None},
    ],
)
def test_anything_else_is_no_bookmark(value: Any) -> None:
    assert Bookmark.from_json(value) is None
