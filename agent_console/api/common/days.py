"""The local day that a request is about."""

from datetime import date
from typing import Annotated

from fastapi import Depends, Query

from agent_console.api.common.access import Parts
from agent_console.http.problems import Problem
from cti.domain.day import Day


def _local_day(parts: Parts, day: Annotated[date | None, Query()] = None) -> Day:
    """The day asked for, today when none is."""
    zone = parts.deps.timezone
    if day is None:
        return Day.at(parts.deps.clock(), zone)
    try:
        return Day.of(day, zone)
    except OverflowError:
        raise Problem(422, "bad_day", "This day is outside of what can be counted.") from None


LocalDay = Annotated[Day, Depends(_local_day)]
"""A date in the installation's time zone: from midnight to midnight, which may be 23 or 25 hours."""
