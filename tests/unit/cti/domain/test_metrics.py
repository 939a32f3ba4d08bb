"""Service level: the five variants, the inclusive boundary, and no percentage without calls."""

from cti.domain.events import StintOutcome
from cti.domain.metrics import ServiceLevels, StintCounts, service_levels


def counted(*stints: tuple[StintOutcome, float]) -> StintCounts:
    counts = StintCounts()
    for outcome, waited_s in stints:
        counts = counts.with_stint(outcome, waited_s, sl_seconds=15, short_seconds=5)
    return counts


def test_no_calls_no_percentage() -> None:
    none = ServiceLevels(None, None, None, None, None)
    assert service_levels(StintCounts(), waiting=0, waiting_in_time=0) == none


def test_a_call_answered_after_exactly_the_threshold_counts() -> None:
    levels = service_levels(counted((StintOutcome.ANSWERED, 15.0)), waiting=0, waiting_in_time=0)
    assert levels.A == 1.0
    levels = service_levels(counted((StintOutcome.ANSWERED, 15.001)), waiting=0, waiting_in_time=0)
    assert levels.A == 0.0


def test_the_five_variants_by_hand() -> None:
    counts = counted(
        (StintOutcome.ANSWERED, 3),
        (StintOutcome.ANSWERED, 10),
        (StintOutcome.ANSWERED, 40),
        (StintOutcome.ABANDONED, 4),
        (StintOutcome.ABANDONED, 30),
        (StintOutcome.TIMEOUT, 60),
    )
    levels = service_levels(counts, waiting=2, waiting_in_time=1)
    assert levels.A == 2 / 3
    assert levels.B == 2 / 5
    assert levels.C == 2 / (8 - 1 - 1)
    assert levels.D == 3 / 8
    assert levels.E == 2 / 6


def test_a_stay_whose_end_nobody_recorded_is_offered_and_nothing_else() -> None:
    known = ((StintOutcome.ANSWERED, 3.0), (StintOutcome.ABANDONED, 30.0), (StintOutcome.TIMEOUT, 60.0))
    counts = counted(*known, (StintOutcome.UNKNOWN, 2.0))
    assert (counts.unknown, counts.overflowed, counts.abandoned, counts.finished) == (1, 1, 1, 4)
    levels = service_levels(counts, waiting=0, waiting_in_time=0)
    without = service_levels(counted(*known), waiting=0, waiting_in_time=0)
    assert (levels.A, levels.B, levels.E) == (without.A, without.B, without.E)
    assert (levels.C, levels.D) == (1 / 4, 1 / 4)


def test_a_limit_of_zero_drops_no_short_abandon() -> None:
    counts = StintCounts()
    counts = counts.with_stint(StintOutcome.ABANDONED, 0.0, sl_seconds=15, short_seconds=0)
    assert counts.short_abandoned == 0
