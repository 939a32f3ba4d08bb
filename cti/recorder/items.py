"""The recorder's items: what to write, and their JSON lines in the spool."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from storage.records import (
    CallRecord,
    EventRecord,
    GapRecord,
    IntervalRecord,
    RefusalRecord,
    WrapUpEnd,
)

Item = CallRecord | EventRecord | IntervalRecord | GapRecord | WrapUpEnd | RefusalRecord

_KINDS: Mapping[str, type[Any]] = {
    "call": CallRecord,
    "event": EventRecord,
    "interval": IntervalRecord,
    "gap": GapRecord,
    "wrap_up": WrapUpEnd,
    "refusal": RefusalRecord,
}
_KIND_OF: Mapping[type[Any], str] = {item: kind for kind, item in _KINDS.items()}
_DECODE: Mapping[str, Callable[[Any], Item]] = {
    kind: TypeAdapter(item).validate_python for kind, item in _KINDS.items()
}


class BrokenLine(ValueError):
    """A line of the spool that was not written whole."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Items by kind, in the order in which they came."""

    calls: list[CallRecord]
    events: list[EventRecord]
    intervals: list[IntervalRecord]
    gaps: list[GapRecord]
    wrap_ups: list[WrapUpEnd]
    refusals: list[RefusalRecord]


def sort_items(items: Iterable[Item]) -> Batch:
    """Put each item to its kind."""
    batch = Batch([], [], [], [], [], [])
    lists: dict[type[Any], list[Any]] = {
        CallRecord: batch.calls,
        EventRecord: batch.events,
        IntervalRecord: batch.intervals,
        GapRecord: batch.gaps,
        WrapUpEnd: batch.wrap_ups,
        RefusalRecord: batch.refusals,
    }
    for item in items:
        lists[type(item)].append(item)
    return batch


def happened_at(item: Item) -> datetime:
    """The time that an item is about, to say which stretch was lost."""
    match item:
        case EventRecord():
            return item.at
        case WrapUpEnd():
            return item.ended_at
        case RefusalRecord():
            return item.last_at
        case _:
            return item.ended_at or item.started_at


def to_line(item: Item) -> bytes:
    """One JSON line, ASCII only, so that a cut line can be told from a whole one."""
    line = {_KIND_OF[type(item)]: asdict(item)}
    return json.dumps(line, default=_plain, separators=(",", ":")).encode() + b"\n"


def from_line(line: bytes) -> Item:
    """The item of a line. Raises BrokenLine."""
    try:
        ((kind, value),) = json.loads(line).items()
        return _DECODE[kind](value)
    except (ValueError, KeyError, AttributeError) as error:
        raise BrokenLine(f"{len(line)} bytes") from error


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be spooled")
