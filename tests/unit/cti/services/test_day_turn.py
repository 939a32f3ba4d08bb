"""At midnight of the installation's zone the tiles begin anew, on open consoles, without any call."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest

from agent_console.gateway.wire import stamp
from cti.bus.contract import Topic
from cti.bus.local import LocalBus
from cti.bus.topics import FLOOR
from cti.day_turn import LOOK_EVERY_S, DayTurn
from cti.domain import events as ev
from cti.domain.delta import FloorDelta
from cti.domain.floor import Directory, Floor
from cti.domain.queue import QueueInfo
from cti.live import LiveFloor

T = TypeVar("T")


class Ended(Exception):
    """The time of the test is over."""


class TimeMachine:
    """A clock that goes on only while somebody sleeps, who may wake later than they wanted."""

    def __init__(self, now: datetime, until: datetime) -> None:
        self.now, self.until = now, until
        self.slept: list[float] = []
        self.oversleeps_s = 0.0

    def clock(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds + self.oversleeps_s)
        if self.now > self.until:
            raise Ended


def live_floor(zone: str, now: datetime) -> tuple[LiveFloor, list[FloorDelta]]:
    directory = Directory({}, {q: QueueInfo(q, q, q) for q in ("service", "sales")}, ZoneInfo(zone))
    seen: list[FloorDelta] = []

    class Noting(LocalBus):
        def publish(self, topic: Topic[T], message: T) -> None:
            assert topic.name == FLOOR.name
            assert isinstance(message, FloorDelta)
            seen.append(message)

    return LiveFloor(Floor(directory, epoch="e", now=now), Noting()), seen


async def days_told(zone: str, since: datetime, until: datetime) -> list[tuple[str, str]]:
    """The days that were told, each with its beginning."""
    live, seen = live_floor(zone, since)
    machine = TimeMachine(since, until)
    with pytest.raises(Ended):
        await DayTurn(live, machine.clock, machine.sleep).run()
    told = [delta.system.day for delta in seen if delta.system is not None]
    assert len(told) == len(seen)
    return [(day.local.isoformat(), stamp(day.began)) for day in told]


def midnights(zone: str, since: datetime, until: datetime) -> Iterator[tuple[str, str]]:
    """Slowly: minute by minute, whenever the calendar shows a later day than ever before."""
    at, shown = since, since.astimezone(ZoneInfo(zone)).date()
    while at <= until:
        day = at.astimezone(ZoneInfo(zone)).date()
        if day > shown:
            shown = day
            yield day.isoformat(), stamp(at)
        at += timedelta(minutes=1)


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Asia/Shanghai", "2026-11-27"),
        ("Europe/Berlin", "2026-03-28"),
        ("America/New_York", "2026-11-01"),
        ("America/Sao_Paulo", "2018-11-03"),
        ("America/Sao_Paulo", "2018-02-17"),
        ("Africa/Cairo", "2024-04-25"),
        ("America/Havana", "2025-11-01"),
        ("Australia/Lord_Howe", "2026-04-04"),
    ],
)
async def test_each_local_day_is_told_once_and_at_its_first_moment(zone: str, day: str) -> None:
    since = datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    until = since + timedelta(days=3)
    expected = list(midnights(zone, since, until))
    assert len(expected) == 3
    assert await days_told(zone, since, until) == expected


async def test_at_midnight_every_tile_is_told_anew_and_who_waits_goes_on_waiting() -> None:
    evening = datetime(2026, 11, 27, 15, 59, tzinfo=UTC)
    live, seen = live_floor("Asia/Shanghai", evening)
    live.observe(ev.CallStarted(at=evening, call_id="waits"))
    live.observe(ev.QueueEntered(at=evening, call_id="waits", queue="service"))
    live.observe(ev.CallStarted(at=evening, call_id="gave up"))
    live.observe(ev.QueueEntered(at=evening, call_id="gave up", queue="service"))
    live.observe(ev.CallEnded(at=evening, call_id="gave up"))
    del seen[:]
    machine = TimeMachine(evening, evening + timedelta(minutes=5))
    with pytest.raises(Ended):
        await DayTurn(live, machine.clock, machine.sleep).run()
    (turned,) = seen
    tiles = {it.info.name: it for it in turned.queues}
    figures = {n: (t.day, t.offered, t.counts.abandoned, len(t.waiting)) for n, t in tiles.items()}
    assert figures == {"service": (date(2026, 11, 28), 1, 0, 1), "sales": (date(2026, 11, 28), 0, 0, 0)}
    assert turned.at == datetime(2026, 11, 27, 16, tzinfo=UTC)


async def test_a_machine_that_slept_over_midnight_turns_the_day_when_it_wakes() -> None:
    evening = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)
    live, seen = live_floor("Asia/Shanghai", evening)
    machine = TimeMachine(evening, evening + timedelta(hours=80))
    machine.oversleeps_s = 26 * 3600
    with pytest.raises(Ended):
        await DayTurn(live, machine.clock, machine.sleep).run()
    assert seen[0].at == evening + timedelta(hours=26, seconds=LOOK_EVERY_S)
    assert live.floor.system.day.local == live.floor.queues["sales"].day
    assert max(machine.slept) <= LOOK_EVERY_S
