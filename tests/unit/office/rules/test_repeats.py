"""Which of many refusals alike are written down."""

from datetime import UTC, datetime

from office.rules.repeats import WITHIN, Repeats, is_noted

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


def test_the_first_ten_are_noted_and_then_each_that_doubles_their_number() -> None:
    assert [times for times in range(1, 200) if is_noted(times)] == [*range(1, 11), 20, 40, 80, 160]


def test_each_kind_is_counted_by_itself_and_anew_after_a_while() -> None:
    repeats = Repeats()
    assert [repeats.count(("lina", "dial"), NOON) for _ in range(3)] == [1, 2, 3]
    assert repeats.count(("wangwei", "dial"), NOON) == 1
    assert repeats.count(("lina", "dial"), NOON + WITHIN * 0.99) == 4
    assert repeats.count(("lina", "dial"), NOON + WITHIN) == 1


def test_what_is_remembered_is_bounded() -> None:
    repeats = Repeats()
    for number in range(10_001):
        repeats.count((str(number),), NOON)
    # The oldest one made room for the last, before anything was counted again.
    assert repeats.count(("0",), NOON) == 1
    assert repeats.count(("10000",), NOON) == 2
