"""Weekly opening hours: spans, midnight, the week's end, time zones and clock changes."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.hours import DAYS, MINUTES_OF_WEEK, parse


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_span_includes_its_first_minute_and_not_its_last() -> None:
    hours = parse({"mon-fri": ["08:00-20:00"]})
    assert not hours.open_at(at("2026-11-23T07:59:59"), "UTC")  # a Monday
    assert hours.open_at(at("2026-11-23T08:00:00"), "UTC")
    assert hours.open_at(at("2026-11-23T19:59:59"), "UTC")
    assert not hours.open_at(at("2026-11-23T20:00:00"), "UTC")
    assert not hours.open_at(at("2026-11-28T12:00:00"), "UTC")  # Saturday


def test_a_span_over_midnight_belongs_to_the_day_it_begins() -> None:
    hours = parse({"sun": ["20:00-08:00"]})
    assert hours.open_at(at("2026-11-22T23:30:00"), "UTC")
    assert hours.open_at(at("2026-11-23T07:59:00"), "UTC")  # Monday morning
    assert not hours.open_at(at("2026-11-23T21:00:00"), "UTC")


def test_the_zone_of_the_flow_decides_not_the_zone_of_the_machine() -> None:
    hours = parse({"mon": ["08:00-09:00"]})
    assert hours.open_at(at("2026-11-23T00:30:00"), "Asia/Shanghai")
    assert not hours.open_at(at("2026-11-23T08:30:00"), "Asia/Shanghai")


def test_hours_follow_the_wall_clock_over_daylight_saving() -> None:
    hours = parse({"daily": ["09:00-10:00"]})
    assert hours.open_at(at("2026-07-06T07:30:00"), "Europe/Berlin")
    assert hours.open_at(at("2026-12-07T08:30:00"), "Europe/Berlin")
    assert not hours.open_at(at("2026-12-07T07:30:00"), "Europe/Berlin")


def test_day_ranges_may_go_over_the_weeks_end() -> None:
    hours = parse({"sat-mon": ["10:00-11:00"]})
    opened = [day for day in range(23, 30) if hours.open_at(at(f"2026-11-{day}T10:30:00"), "UTC")]
    assert opened == [23, 28, 29]  # Monday, Saturday, Sunday


def test_touching_and_overlapping_spans_become_one() -> None:
    assert parse({"mon": ["08:00-12:00", "12:00-13:00", "11:00-12:30"]}).spans == ((480, 780),)


def test_never_and_always() -> None:
    assert parse({}).never
    assert parse({"mon": []}).never
    assert parse({"daily": ["00:00-24:00"]}).always
    assert parse({"daily": ["20:00-08:00", "08:00-20:00"]}).always
    assert not parse({"mon-sat": ["00:00-24:00"]}).always


@pytest.mark.parametrize(
    "span", ["8:00-20:00", "08:00", "25:00-26:00", "08:00-08:00", "24:00-08:00", "08:60-09:00"]
)
def test_a_span_that_is_none_is_refused_in_words(span: str) -> None:
    with pytest.raises(ValueError, match=r"not a span of time|has no length"):
        parse({"mon": [span]})


@pytest.mark.parametrize("days", ["Mon", "mon-", "monday", "", "mon-fri-sun", "weekdays"])
def test_a_day_that_is_none_is_refused_in_words(days: str) -> None:
    with pytest.raises(ValueError, match="is not a day"):
        parse({days: ["08:00-20:00"]})


@given(
    st.dictionaries(
        st.sampled_from([*DAYS, "daily", "mon-fri", "fri-tue"]),
        st.lists(
            st.tuples(st.integers(0, 1439), st.integers(0, 1440)).filter(lambda pair: pair[0] != pair[1])
        ),
    )
)
def test_spans_are_sorted_apart_and_inside_the_week(weekly: dict[str, list[tuple[int, int]]]) -> None:
    def clock(minute: int) -> str:
        return f"{minute // 60:02}:{minute % 60:02}"

    spans = parse(
        {days: [f"{clock(a)}-{clock(b)}" for a, b in pairs] for days, pairs in weekly.items()}
    ).spans
    flat = [edge for span in spans for edge in span]
    assert flat == sorted(set(flat))
    assert all(0 <= edge <= MINUTES_OF_WEEK for edge in flat)
