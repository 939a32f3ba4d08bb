"""The figures of a queue, one definition for the live tile and for the report (formulas: docs/metrics.md).

T is the service-level threshold in seconds; a call answered after exactly T counts. Where nothing was
offered there is no percentage: None, never 0 or 1.
"""

from dataclasses import dataclass

from msgspec import Struct
from msgspec.structs import replace

from cti.domain.events import StintOutcome


class StintCounts(Struct, frozen=True, gc=False):
    """Finished stints of one queue in one period, counted as they end."""

    answered: int = 0
    answered_in_time: int = 0
    abandoned: int = 0
    abandoned_in_time: int = 0
    short_abandoned: int = 0
    overflowed: int = 0
    moved: int = 0
    unknown: int = 0

    def with_stint(
        self, outcome: StintOutcome, waited_s: float, *, sl_seconds: float, short_seconds: float, by: int = 1
    ) -> "StintCounts":
        """With one finished stint more, or with -1 less; `waited_s` in seconds."""
        in_time = by * (waited_s <= sl_seconds)
        match outcome:
            case StintOutcome.ANSWERED:
                answered_in_time = self.answered_in_time + in_time
                return replace(self, answered=self.answered + by, answered_in_time=answered_in_time)
            case StintOutcome.ABANDONED:
                return replace(
                    self,
                    abandoned=self.abandoned + by,
                    abandoned_in_time=self.abandoned_in_time + in_time,
                    short_abandoned=self.short_abandoned
                    + by * (short_seconds > 0 and waited_s <= short_seconds),
                )
            case StintOutcome.MOVED:
                return replace(self, moved=self.moved + by)
            case StintOutcome.UNKNOWN:
                return replace(self, unknown=self.unknown + by)
            case _:
                return replace(self, overflowed=self.overflowed + by)

    @property
    def finished(self) -> int:
        """All stints that ended, however they ended."""
        return self.answered + self.abandoned + self.overflowed + self.moved + self.unknown


@dataclass(frozen=True, slots=True)
class ServiceLevels:
    """The variants A to E of docs/metrics.md, each a share from 0 to 1 or None without calls."""

    A: float | None
    B: float | None
    C: float | None
    D: float | None
    E: float | None


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole > 0 else None


def service_levels(counts: StintCounts, *, waiting: int, waiting_in_time: int) -> ServiceLevels:
    """Service level of a period.

    A = answered<=T / answered; B = answered<=T / (answered + abandoned);
    C = answered<=T / (offered - short abandons - waiting less than T);
    D = (answered<=T + abandoned<=T) / offered; E = B with overflowed in the denominator.
    `waiting` are the calls still in the queue, `waiting_in_time` those that wait less than T.
    """
    offered = counts.finished + waiting
    return ServiceLevels(
        A=_share(counts.answered_in_time, counts.answered),
        B=_share(counts.answered_in_time, counts.answered + counts.abandoned),
        C=_share(counts.answered_in_time, offered - counts.short_abandoned - waiting_in_time),
        D=_share(counts.answered_in_time + counts.abandoned_in_time, offered),
        E=_share(counts.answered_in_time, counts.answered + counts.abandoned + counts.overflowed),
    )
