"""A subscriber who was cut off starts again from how things are then, over every kind of bus."""

import asyncio
from collections.abc import Callable

import pytest

from cti.bus.codec import decoding, encode
from cti.bus.contract import Bus, Topic
from cti.bus.following import following
from cti.bus.local import LocalBus


@pytest.fixture(params=[LocalBus])
def bus(request: pytest.FixtureRequest) -> Bus:
    make: Callable[[], Bus] = request.param
    return make()


NUMBERS: Topic[int] = Topic("numbers", encode, decoding(int))


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


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_who_keeps_up_starts_once_and_sees_all(bus: Bus) -> None:
    it = Counter(bus)
    it.publish(2)
    task = asyncio.create_task(it.follow())
    for _ in range(4):
        await settle()
        it.publish(2)
    await settle()
    task.cancel()
    assert (it.starts, it.seen) == ([2], [3, 4, 5, 6, 7, 8, 9, 10])


async def test_who_is_too_slow_starts_again_and_misses_nothing_after_that(bus: Bus) -> None:
    it = Counter(bus)
    task = asyncio.create_task(it.follow())
    await settle()
    it.publish(50)
    await settle()
    it.publish(3)
    await settle()
    assert not task.done()
    task.cancel()
    assert it.starts == [0, 50]
    assert it.seen == [51, 52, 53]


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
    await settle()
    task.cancel()
    assert (it.starts, it.seen) == ([0], [1])


async def test_a_start_that_fails_is_not_hidden(bus: Bus) -> None:
    async def start() -> None:
        raise ValueError("a fault of ours")

    with pytest.raises(ValueError, match="a fault of ours"):
        async for _ in following(bus, NUMBERS, capacity=3, start=start):
            pass
