"""The local day that the figures are about."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo


@dataclass(frozen=True, slots=True)
class Day:
    """A date and the local midnights around it, in UTC: comparing with them at every event is cheap."""

    local: date
    began: datetime
    ends: datetime

    @classmethod
    def at(cls, moment: datetime, timezone: tzinfo) -> "Day":
        """The day in which the moment lies."""
        return cls.of(moment.astimezone(timezone).date(), timezone)

    @classmethod
    def of(cls, local: date, timezone: tzinfo) -> "Day":
        """That date as this time zone has it; with a change of the clock it may have 23 or 25 hours."""
        began, ends = (datetime.combine(local + timedelta(days=n), time(), timezone) for n in (0, 1))
        return cls(local, began.astimezone(UTC), ends.astimezone(UTC))
