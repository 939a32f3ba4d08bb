"""Strangers at a port: connections that say nothing, half of something, or the same slow thing for ever."""

import asyncio
import resource
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

_AT_ONCE = 50
# A crowd of a thousand would else take the machine that it shares with who is to be served.
_PAUSE_S = 0.2


def allow_many_files() -> None:
    """This process may hold as many connections as its user may."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


class Strangers:
    """Connections to one port. Whoever is sent away comes again, `again` of them at a time."""

    def __init__(self, host: str, port: int, says: bytes) -> None:
        self._address, self._says = (host, port), says
        self._places = asyncio.Semaphore(_AT_ONCE)
        self.inside = 0
        self.sent_away = 0

    async def stay(self, comes_again: bool) -> None:
        """One stranger's whole life."""
        while True:
            with suppress(OSError):
                await self._visit()
            self.sent_away += 1
            if not comes_again:
                return
            await asyncio.sleep(_PAUSE_S)

    async def _visit(self) -> None:
        async with self._places:
            async with asyncio.timeout(5):
                reader, writer = await asyncio.open_connection(*self._address)
        self.inside += 1
        try:
            writer.write(self._says)
            while await reader.read(65536):
                pass
        finally:
            self.inside -= 1
            writer.transport.abort()


@asynccontextmanager
async def strangers(
    count: int, port: int, says: bytes = b"", *, host: str = "127.0.0.1", come_again: bool = False
) -> AsyncIterator[Strangers]:
    """So many of them, who have all been at the port when the block begins; gone when it ends."""
    allow_many_files()
    crowd = Strangers(host, port, says)
    tasks = [asyncio.create_task(crowd.stay(come_again)) for _ in range(count)]
    try:
        async with asyncio.timeout(60):
            while crowd.inside + crowd.sent_away < count:  # noqa: ASYNC110 - a thousand of them
                await asyncio.sleep(0.05)
        yield crowd
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
