"""A browser driven over WebDriver BiDi, as far as the tests need it: one command at a time, no events."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

ANSWER_WITHIN_S = 60


class BidiError(Exception):
    """What the browser answers instead of a result, or what its page threw."""


class Bidi:
    """One session with a browser."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._last_id = 0
        self._turn = asyncio.Lock()

    async def command(self, method: str, **params: Any) -> dict[str, Any]:
        """The result of a command of the protocol."""
        async with self._turn, asyncio.timeout(ANSWER_WITHIN_S):
            self._last_id += 1
            await self._socket.send(json.dumps({"id": self._last_id, "method": method, "params": params}))
            async for message in self._socket:
                answer = json.loads(message)
                if answer.get("id") == self._last_id:
                    break
        if answer["type"] == "error":
            raise BidiError(f"{method}: {answer['error']}: {answer['message']}")
        result: dict[str, Any] = answer["result"]
        return result

    async def call(self, context: str, function: str, *values: Any) -> Any:
        """What a function of JavaScript gives in a page; values and result are whatever JSON can say."""
        result = await self.command(
            "script.callFunction",
            functionDeclaration=f"async (them) => JSON.stringify(await ({function})(...JSON.parse(them)))",
            arguments=[{"type": "string", "value": json.dumps(values)}],
            target={"context": context},
            awaitPromise=True,
        )
        if result["type"] == "exception":
            raise BidiError(result["exceptionDetails"]["text"])
        return json.loads(result["result"].get("value", "null"))


@asynccontextmanager
async def bidi(address: str) -> AsyncIterator[Bidi]:
    """A session at the address that the browser printed; its certificates may be anybody's."""
    # Pictures are larger than a message is by default.
    async with connect(f"{address}/session", max_size=None, ping_interval=None) as socket:
        browser = Bidi(socket)
        await browser.command("session.new", capabilities={"alwaysMatch": {"acceptInsecureCerts": True}})
        yield browser
