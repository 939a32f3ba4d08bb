"""Every implementation of the bus, for the tests of the contract: one in this process, one in another."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from cti.bus.contract import Bus
from cti.bus.local import LocalBus
from cti.bus.remote import RemoteBus
from tests.support import waiting

WITHIN_S = 20.0


@asynccontextmanager
async def local_bus(folder: Path) -> AsyncIterator[Bus]:
    """The one inside this process."""
    yield LocalBus()


@asynccontextmanager
async def remote_bus(folder: Path) -> AsyncIterator[Bus]:
    """One in a process of its own; what is published here goes there and comes back."""
    async with other_process("hub", folder / "bus"), connected(folder / "bus") as bus:
        yield bus


@asynccontextmanager
async def connected(path: Path) -> AsyncIterator[RemoteBus]:
    """A client that has its connection."""
    bus = RemoteBus(path)
    running = asyncio.create_task(bus.run())
    try:
        await bus.ask("ping")
        yield bus
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


class Other:
    """Another process, and what it said."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def says(self) -> str:
        """Its next line; empty when it has ended."""
        assert self.process.stdout is not None
        async with asyncio.timeout(WITHIN_S):
            return (await self.process.stdout.readline()).decode().strip()


@asynccontextmanager
async def other_process(*arguments: object) -> AsyncIterator[Other]:
    """`tests/support/bus_process.py`, killed at the end of the block; a hub is ready."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.support.bus_process",
        *map(str, arguments),
        stdout=asyncio.subprocess.PIPE,
    )
    other = Other(process)
    try:
        if arguments[0] == "hub":
            assert await other.says() == "ready"
        yield other
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def until(true: Callable[[], bool]) -> None:
    """Wait, bounded in time, until it is so: another process needs its time."""

    async def asks() -> bool:
        return true()

    await waiting.until(asks)


async def told(bus: Bus) -> None:
    """Return when whatever was published before has reached every subscriber."""
    if isinstance(bus, RemoteBus):
        for _ in range(2):
            await bus.ask("ping")
    for _ in range(10):
        await asyncio.sleep(0)
