"""Moments of schedules against a slow oracle that looks at every minute, over both clock changes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from work.rules.moments import BadCronLine, Cron, Every

BERLIN, NEW_YORK, SHANGHAI = map(ZoneInfo, ("Europe/Berlin", "America/New_York", "Asia/Shanghai"))
MINUTE = timedelta(minutes=1)
SPRING, AUTUMN = datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)


def fires(line: str, zone: ZoneInfo, since: datetime, until: datetime) -> Iterator[datetime]:
    """Every moment in (since, until] by looking at each minute, as the manual of Debian's cron says it."""
    minutes, hours = (_numbers(field, most) for field, most in zip(line.split()[:2], (60, 24), strict=True))
    by_clock = not (line.startswith("*") or line.split()[1].startswith("*"))
    moment = since.replace(second=0, microsecond=0)
    while (moment := moment + MINUTE) <= until:
        wall = moment.astimezone(zone).replace(tzinfo=None)
        before = (moment - MINUTE).astimezone(zone).replace(tzinfo=None)
        if not by_clock:
            if wall.minute in minutes and wall.hour in hours:
                yield moment
            continue
        # The clock was put forward: what lies in between is made up for at once.
        left_out = [before + n * MINUTE for n in range(1, int((wall - before) / MINUTE))]
        here = any(it.minute in minutes and it.hour in hours for it in (*left_out, wall))
        # The clock was put back: what it shows a second time is over.
        again = moment.astimezone(zone).fold == 1
        if here and not again:
            yield moment


def _numbers(field: str, most: int) -> set[int]:
    if field.startswith("*"):
        return set(range(0, most, int(field[2:] or 1)))
    return {int(part) for part in field.split(",")}


minutes = st.sampled_from(["0", "30", "15,45", "*/20", "*", "59"])
hours = st.sampled_from(["1", "2", "3", "1,2,3", "0", "23", "*", "*/2"])
zones = st.sampled_from([BERLIN, NEW_YORK, SHANGHAI])
around = st.sampled_from(
    [SPRING, AUTUMN, datetime(2026, 3, 8, 7, tzinfo=UTC), datetime(2026, 11, 1, 6, tzinfo=UTC)]
)


@given(minutes, hours, zones, around, st.integers(-8 * 60, 8 * 60), st.integers(0, 59))
@example("30", "2", BERLIN, AUTUMN, 10, 0)
@example("30", "2", BERLIN, AUTUMN, 40, 0)
@example("30", "2", BERLIN, SPRING, 0, 0)
@example("30", "2", BERLIN, SPRING, -1, 59)
def test_a_cron_line_fires_when_every_minute_looked_at_says_so(
    minute: str, hour: str, zone: ZoneInfo, change: datetime, offset: int, second: int
) -> None:
    line, moment = f"{minute} {hour} * * *", change + timedelta(minutes=offset, seconds=second)
    cron, day = Cron(line, zone), timedelta(days=2)
    assert cron.first_after(moment) == next(fires(line, zone, moment, moment + day))
    assert cron.last_until(moment) == list(fires(line, zone, moment - day, moment))[-1]


def test_the_day_on_which_the_clock_is_put_forward_and_the_one_on_which_it_is_put_back() -> None:
    nightly, quarterly = Cron("30 2 * * *", BERLIN), Cron("*/15 * * * *", BERLIN)
    assert [_local(it) for it in _walk(nightly, SPRING - timedelta(days=1), 3)] == [
        "03-28 02:30 +0100",
        "03-29 03:00 +0200",
        "03-30 02:30 +0200",
    ]
    assert [_local(it) for it in _walk(nightly, AUTUMN - timedelta(days=1, hours=1), 3)] == [
        "10-24 02:30 +0200",
        "10-25 02:30 +0200",
        "10-26 02:30 +0100",
    ]
    for change in (SPRING, AUTUMN):
        moments = _walk(quarterly, change - timedelta(hours=3), 24)
        assert {later - earlier for earlier, later in pairwise(moments)} == {timedelta(minutes=15)}


def test_days_of_the_week_and_of_the_month_are_those_of_the_firm() -> None:
    monday = Cron("0 8 * * MON", SHANGHAI)
    assert monday.first_after(datetime(2026, 11, 28, tzinfo=UTC)) == datetime(2026, 11, 30, 0, tzinfo=UTC)
    assert monday.last_until(datetime(2026, 11, 28, tzinfo=UTC)) == datetime(2026, 11, 23, 0, tzinfo=UTC)
    first = Cron("5 0 1 * *", SHANGHAI)
    assert first.first_after(datetime(2026, 11, 30, tzinfo=UTC)) == datetime(2026, 11, 30, 16, 5, tzinfo=UTC)


@given(st.integers(1, 100_000), st.datetimes(timezones=st.just(UTC)))
def test_a_period_is_counted_from_the_epoch(seconds: int, moment: datetime) -> None:
    every = Every(seconds)
    last, first = every.last_until(moment), every.first_after(moment)
    assert last <= moment < first == last + timedelta(seconds=seconds)
    assert last.timestamp() % seconds == 0
    assert every.last_until(last) == last


@pytest.mark.parametrize("line", ["", "* * * *", "0 0 30 2 *", "61 * * * *", "* * * * * *", "0 25 * * *"])
def test_a_line_that_is_none_is_refused_by_name(line: str) -> None:
    with pytest.raises(BadCronLine, match="is no cron line"):
        Cron(line, BERLIN)


def _walk(cron: Cron, moment: datetime, times: int) -> list[datetime]:
    walked: list[datetime] = []
    for _ in range(times):
        moment = cron.first_after(moment)
        walked.append(moment)
    return walked


def _local(moment: datetime) -> str:
    return moment.astimezone(BERLIN).strftime("%m-%d %H:%M %z")
