"""The moments of a schedule: by a cron line in the firm's time zone, or every so many seconds.

Clock changes are treated as Debian's cron does. A line that names hours and minutes fires once a day: in
spring right after the hour that is left out, in autumn the first time. With `*` it fires as time passes.
(Where clocks change by half an hour, on Lord Howe Island alone, such a line may then miss a moment.)
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Protocol

from cronsim import CronSim, CronSimError

_SECOND = timedelta(seconds=1)


class Moments(Protocol):
    """When something is to happen."""

    def first_after(self, moment: datetime) -> datetime:
        """The next one, in UTC."""
        ...

    def last_until(self, moment: datetime) -> datetime:
        """The latest that is not after `moment`, in UTC."""
        ...


@dataclass(frozen=True, slots=True)
class Every:
    """Every `seconds`, counted from the epoch, so that all workers mean the same moments."""

    seconds: int

    def first_after(self, moment: datetime) -> datetime:
        """The next one, in UTC."""
        return self.last_until(moment) + timedelta(seconds=self.seconds)

    def last_until(self, moment: datetime) -> datetime:
        """The latest that is not after `moment`, in UTC."""
        return datetime.fromtimestamp(moment.timestamp() // self.seconds * self.seconds, UTC)


@dataclass(frozen=True, slots=True)
class Cron:
    """A line of five fields, `minute hour day month weekday`. Raises BadCronLine."""

    line: str
    zone: tzinfo

    def __post_init__(self) -> None:
        try:
            if len(self.line.split()) != 5:
                raise CronSimError("it needs five fields")
            next(self._walk(datetime(2000, 1, 1, tzinfo=UTC)))
        except (CronSimError, StopIteration) as problem:
            raise BadCronLine(f"{self.line!r} is no cron line: {problem or 'it never comes'}") from None

    def first_after(self, moment: datetime) -> datetime:
        """The next one, in UTC."""
        # In the hour that autumn repeats, the walk may begin with the first of the two.
        return next(it for it in self._walk(moment) if it > moment)

    def last_until(self, moment: datetime) -> datetime:
        """The latest that is not after `moment`, in UTC."""
        found = next(self._walk(moment + _SECOND, back=True))
        # The walk back may pass over what the first of the two hours had.
        while (later := self.first_after(found)) <= moment:
            found = later
        return found

    def _walk(self, moment: datetime, *, back: bool = False) -> "map[datetime]":
        local = moment.astimezone(self.zone)
        return map(_in_utc, CronSim(self.line, local, reverse=back))


class BadCronLine(ValueError):
    """A line that no moment fits, or that is not one."""


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
