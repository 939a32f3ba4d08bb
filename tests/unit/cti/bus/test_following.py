"""A subscriber who was cut off starts again from how things are then, over every kind of bus."""

import asyncio

import pytest

from cti.bus.contract import Bus
from cti.bus.following import following
from tests.support.bus_process import NUMBERS
from tests.unit.cti.bus.buses import told, until


class Counter:
    """Publishes the numbers in turn; whoever starts anew reads how far it is."""

    def __init__(self, bus: Bus) -> None:
        self.bus = bus
        self.count = 0
        self.seen: list[int] = []
        self.starts: list[int] = []

    def publish(self, times: int) -> None:
        for _ in range(times):
            self.count += 1
            self.bus.publish(NUMBERS, self.count)

    async def start(self) -> None:
        self.starts.append(self.count)

    async def follow(self) -> None:
        async for number in following(self.bus, NUMBERS, capacity=3, start=self.start):
            self.seen.append(number)


async def test_who_keeps_up_starts_once_and_sees_all(bus: Bus) -> None:
    it = Counter(bus)
    it.publish(2)
    await told(bus)
    task = asyncio.create_task(it.follow())
    await until(lambda: it.starts == [2])
    await told(bus)
    for count in range(4, 12, 2):
        it.publish(2)
        await until(lambda count=count: it.seen[-1:] == [count])  # type: ignore[misc]
    task.cancel()
    assert (it.starts, it.seen) == ([2], [3, 4, 5, 6, 7, 8, 9, 10])


async def test_who_is_too_slow_starts_again_and_misses_nothing_after_that(bus: Bus) -> None:
    it = Counter(bus)
    task = asyncio.create_task(it.follow())
    await until(lambda: it.starts == [0])
    await told(bus)
    it.publish(5_000)
    await until(lambda: it.starts == [0, 5_000])
    await told(bus)
    it.publish(3)
    await until(lambda: it.seen[-1:] == [5_003])
    assert not task.done()
    task.cancel()
    assert it.seen[-3:] == [5_001, 5_002, 5_003]
    assert it.seen[:-3] == list(range(1, len(it.seen) - 2)), "what came before it was cut off has no hole"


async def test_what_is_published_while_it_starts_is_seen(bus: Bus) -> None:
    it = Counter(bus)

    async def start() -> None:
        it.starts.append(it.count)
        if it.count == 0:
            it.publish(1)

    async def follow() -> None:
        async for number in following(bus, NUMBERS, capacity=3, start=start):
            it.seen.append(number)

    task = asyncio.create_task(follow())
    await until(lambda: it.seen == [1])
    task.cancel()
    assert it.starts == [0]


async def test_a_start_that_fails_is_not_hidden(bus: Bus) -> None:
    async def start() -> None:
        raise ValueError("a fault of ours")

    with pytest.raises(ValueError, match="a fault of ours"):
        async for _ in following(bus, NUMBERS, capacity=3, start=start):
            pass
