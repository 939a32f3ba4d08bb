"""Weekly opening hours as minutes of the week, read from entries such as `mon-fri: ["08:00-20:00"]`."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_OF_DAY = 24 * 60
MINUTES_OF_WEEK = 7 * MINUTES_OF_DAY
_SPAN = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)$")
_DAY_RANGE_PATTERN = r"^(daily|(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?)$"


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """Half-open spans [start, end) in minutes since Monday 00:00, sorted, none touching another."""

    spans: tuple[tuple[int, int], ...]

    def open_at(self, moment: datetime, zone: str) -> bool:
        """Whether the wall clock of `zone` is inside a span; `moment` must be aware."""
        local = moment.astimezone(ZoneInfo(zone))
        minute = local.weekday() * MINUTES_OF_DAY + local.hour * 60 + local.minute
        return any(start <= minute < end for start, end in self.spans)

    @property
    def never(self) -> bool:
        """No minute of the week is open."""
        return not self.spans

    @property
    def always(self) -> bool:
        """Every minute of the week is open."""
        return self.spans == ((0, MINUTES_OF_WEEK),)


def parse(weekly: Mapping[str, list[str]]) -> OpeningHours:
    """Read `{days: [spans]}`; raises ValueError with a sentence for the author of the file."""
    minutes = sorted(part for days, spans in weekly.items() for part in _minutes(days, spans))
    merged: list[tuple[int, int]] = []
    for start, end in minutes:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return OpeningHours(tuple(merged))


def _minutes(days: str, spans: list[str]) -> Iterator[tuple[int, int]]:
    for day in _days(days):
        for span in spans:
            start, end = _span(span)
            first = day * MINUTES_OF_DAY + start
            last = day * MINUTES_OF_DAY + end + (0 if end > start else MINUTES_OF_DAY)  # over midnight
            yield first, min(last, MINUTES_OF_WEEK)
            if last > MINUTES_OF_WEEK:  # Sunday night runs into Monday
                yield 0, last - MINUTES_OF_WEEK


def _days(text: str) -> Iterator[int]:
    if text == "daily":
        yield from range(7)
        return
    first, dash, last = text.partition("-")
    last = last if dash else first
    if first not in DAYS or last not in DAYS:
        raise ValueError(f"{text!r} is not a day; write daily, mon, or mon-fri")
    start, end = DAYS.index(first), DAYS.index(last)
    for step in range((end - start) % 7 + 1):  # fri-mon goes over the week's end
        yield (start + step) % 7


def _span(text: str) -> tuple[int, int]:
    found = _SPAN.match(text)
    if not found:
        raise ValueError(f'{text!r} is not a span of time; write "08:00-20:00" (24:00 is the day\'s end)')
    hour, minute, end_hour, end_minute = found.groups()
    start = int(hour) * 60 + int(minute)
    end = MINUTES_OF_DAY if end_hour is None else int(end_hour) * 60 + int(end_minute)
    if start == end:
        raise ValueError(f'{text!r} has no length; write "00:00-24:00" for a whole day')
    return start, end


class _HoursInDocument:
    """Lets pydantic read OpeningHours from the mapping in the file, and describe it in the schema."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        mapping = core_schema.dict_schema(
            core_schema.str_schema(strict=True), core_schema.list_schema(core_schema.str_schema(strict=True))
        )
        return core_schema.no_info_after_validator_function(parse, mapping)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {
            "type": "object",
            "description": "Days (daily, mon, mon-fri) with spans; 20:00-08:00 runs over midnight.",
            "propertyNames": {"pattern": _DAY_RANGE_PATTERN},
            "additionalProperties": {"type": "array", "items": {"type": "string", "pattern": _SPAN.pattern}},
        }


WeeklyHours = Annotated[OpeningHours, _HoursInDocument]
