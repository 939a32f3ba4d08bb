"""The book of refused calls: counts what is alike, stays bounded in a flood, and knows what repeats."""

from datetime import UTC, datetime, timedelta

import pytest

from cti.domain.refusals import CallTurnedAway, RefusalCause
from cti.refused import book as module
from cti.refused.book import MOST_LINES, RefusalBook

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LIMIT = RefusalCause.NUMBER_LIMIT


def book(often: int = 5, minutes: int = 10) -> RefusalBook:
    return RefusalBook("run", often, timedelta(minutes=minutes))


def away(
    seconds: float = 0, number: str = "138", cause: RefusalCause = LIMIT, trunk: str = "carrier"
) -> CallTurnedAway:
    return CallTurnedAway(
        at=NOON + timedelta(seconds=seconds), cause=cause, trunk=trunk, number=number, dialled="4001"
    )


def test_calls_alike_within_a_minute_are_one_line_that_counts() -> None:
    known = book()
    for n in range(600):
        known.note(away(n / 80))
    (line,) = known.take_changed()
    assert (line.count, line.first_at, line.at) == (600, NOON, NOON + timedelta(seconds=599 / 80))
    assert (line.cause, line.trunk, line.number, line.dialled) == (LIMIT, "carrier", "138", "4001")
    assert known.take_changed() == []


def test_a_line_grows_under_the_same_name_and_only_what_changed_is_told() -> None:
    known = book()
    known.note(away(number="1"))
    known.note(away(number="2"))
    first = known.take_changed()
    known.note(away(2, number="2"))
    (again,) = known.take_changed()
    assert (again.uid, again.count) == (first[1].uid, 2)
    assert len({line.uid for line in first}) == 2


def test_what_differs_is_told_apart() -> None:
    known = book()
    for fact in (away(), away(number="139"), away(trunk="b"), away(cause=RefusalCause.CODEC), away(61)):
        known.note(fact)
    assert len(known.take_changed()) == 5


def test_a_flood_of_different_numbers_is_bounded_and_every_call_of_it_is_counted() -> None:
    known = book()
    for n in range(MOST_LINES + 300):
        known.note(away(n / 100, number=str(n)))
    lines = known.take_changed()
    assert len(lines) == MOST_LINES + 1
    assert sum(line.count for line in lines) == MOST_LINES + 300
    assert (lines[-1].number, lines[-1].dialled, lines[-1].count) == ("", "", 300)
    # The next minute has its own lines, and the old ones are let go.
    known.note(away(60, number="1"))
    known.note(away(125, number="1"))
    known.take_changed()
    assert len(known._lines) <= 2


def test_hours_at_once_are_bounded_too_and_every_call_of_them_is_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MOST_OPEN", 50)
    known = book()
    for n in range(300):
        known.note(away(n * 20, number=str(n)))
    lines = known.take_changed()
    # The first fifty as they are, and one for each minute of the others.
    assert len(lines) == 50 + 100 - 50 // 3
    assert sum(line.count for line in lines) == 300


def test_lines_can_be_taken_a_few_at_a_time_and_none_is_lost() -> None:
    known = book()
    for n in range(5):
        known.note(away(n * 120, number=str(n)))
    first = known.take_changed(2)
    known.note(away(0, number="0"))
    rest = known.take_changed(2) + known.take_changed(9)
    assert [line.number for line in first + rest] == ["0", "1", "2", "3", "4", "0"]
    assert sum(line.count for line in {line.uid: line for line in first + rest}.values()) == 6
    assert known.take_changed() == []


def test_five_of_one_cause_in_ten_minutes_repeat_four_do_not() -> None:
    known = book()
    for n in range(4):
        known.note(away(n * 60))
    now = NOON + timedelta(minutes=5)
    assert known.repeating(now) == ()
    known.note(away(299, cause=RefusalCause.CODEC))
    known.note(away(299, trunk="other"))
    assert known.repeating(now) == ()
    known.note(away(299))
    (found,) = known.repeating(now)
    assert (found.cause, found.trunk, found.count) == (LIMIT, "carrier", 5)
    assert (found.since, found.last) == (NOON, NOON + timedelta(seconds=299))


def test_what_is_longer_ago_than_the_window_does_not_count() -> None:
    known = book()
    for n in range(5):
        known.note(away(n))
    assert len(known.repeating(NOON + timedelta(minutes=9, seconds=59))) == 1
    assert known.repeating(NOON + timedelta(minutes=10)) == ()
    assert known._minutes == {}


def test_what_an_earlier_run_wrote_counts_too() -> None:
    before, after = book(), book()
    for n in range(4):
        before.note(away(n))
    after.resume(before.take_changed())
    after.note(away(90))
    assert [found.count for found in after.repeating(NOON + timedelta(minutes=2))] == [5]
