"""Another process at a bus: `hub PATH` has one and opens it, `reader PATH CAPACITY` follows its numbers.

Each says on its standard output what it sees: `ready`, then of a reader `start` and the numbers.
"""

import asyncio
import sys
from pathlib import Path
from typing import Any

import structlog
from msgspec import msgpack

from cti.bus.codec import decoding, encode
from cti.bus.contract import Topic
from cti.bus.following import following
from cti.bus.local import LocalBus
from cti.bus.remote import RemoteBus
from cti.bus.server import bus_door

A: Topic[Any] = Topic("a", encode, msgpack.decode)
B: Topic[Any] = Topic("b", encode, msgpack.decode)
NUMBERS: Topic[int] = Topic("numbers", encode, decoding(int))
TOPICS: tuple[Topic[Any], ...] = (A, B, NUMBERS)


def say(word: object) -> None:
    """One line for whoever started this."""
    print(word, flush=True)


async def hub(path: Path) -> None:
    """A bus that others meet at."""
    async with bus_door(path, LocalBus(), TOPICS):
        say("ready")
        await asyncio.Event().wait()


async def reader(path: Path, capacity: int) -> None:
    """Follows the numbers for ever."""
    bus = RemoteBus(path)

    async def start() -> None:
        await bus.ask("ping")
        say("start")

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(bus.run())
        async for number in following(bus, NUMBERS, capacity=capacity, start=start):
            say(number)


if __name__ == "__main__":
    kind, where, *more = sys.argv[1:]
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    asyncio.run(hub(Path(where)) if kind == "hub" else reader(Path(where), int(more[0])))
