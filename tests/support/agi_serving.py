"""A FastAGI server with one script, and what the script returned or raised."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from ivr.agi.call import AgiCall
from ivr.agi.server import AgiServer
from tests.support.agi_peer import dial


class Outcome:
    """Runs a script and keeps what it returned or raised."""

    def __init__(self, script: Callable[[AgiCall], object]) -> None:
        self._script = script
        self.result: asyncio.Queue[object] = asyncio.Queue()

    def __call__(self, call: AgiCall) -> None:
        try:
            self.result.put_nowait(self._script(call))
        except BaseException as error:
            self.result.put_nowait(error)
            raise

    async def get(self) -> object:
        async with asyncio.timeout(5):
            return await self.result.get()


@asynccontextmanager
async def serving(
    script: Callable[[AgiCall], object], **settings: float | Callable[[], str]
) -> AsyncIterator[tuple[AgiServer, Outcome]]:
    outcome = Outcome(script)
    server = AgiServer(outcome, **settings)  # type: ignore[arg-type]
    await server.start()
    try:
        yield server, outcome
    finally:
        await server.stop()


async def told(script: Callable[[AgiCall], object], *replies: str) -> tuple[list[str], object]:
    """The commands a script sends when it gets these replies, and its outcome."""
    async with serving(script) as (server, outcome), dial(server.port) as peer:
        peer.begin()
        commands = [await peer.answer(reply) for reply in replies]
        return commands, await outcome.get()
