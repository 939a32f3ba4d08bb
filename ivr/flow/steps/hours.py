"""`hours`: goes one of two ways, by the time of the call."""

from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal

from ivr.flow.caller import Caller, Script
from ivr.flow.hours import WeeklyHours
from ivr.flow.names import Identifier, Part
from ivr.flow.problem import Severity
from ivr.flow.step import Around, Finding, Left, Step, Words


class HoursExits(Part):
    """Where an `hours` goes on."""

    open: Identifier
    closed: Identifier


class HoursStep(Step):
    """Decides by the time of day and week, in the flow's time zone."""

    words: ClassVar = {
        "en": Words("Opening hours", {"open": "open", "closed": "closed"}),
        "zh": Words("营业时间", {"open": "营业中", "closed": "非营业时间"}),
    }

    kind: Literal["hours"]
    weekly: WeeklyHours
    exits: HoursExits

    def targets(self) -> Mapping[str, str]:
        """Two ways on."""
        return {"open": self.exits.open, "closed": self.exits.closed}

    def check(self, name: str, around: Around) -> Iterator[Finding]:
        """Hours that decide nothing."""
        if self.weekly.never:
            yield Finding(("weekly",), f"{name} is never open", "Add a span of time to a day")
        if self.weekly.always:
            reason = f"{name} is always open, no caller goes by closed"
            yield Finding(("weekly",), reason, "Remove the step or shorten the hours", Severity.WARNING)

    def walk(self, caller: Caller) -> Script[Left]:
        """Look at the clock; the caller hears nothing."""
        yield from ()
        return Left("open" if self.weekly.open_at(caller.now, caller.timezone) else "closed")
