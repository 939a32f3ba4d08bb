"""Browser tabs for tests: real websocket clients against a real server on the loopback interface."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from agent_console.api.common.access import COOKIE
from agent_console.gateway.protocol import Frame
from agent_console.http.api_version import API
from agent_console.http.guests import Places
from agent_console.settings import ConsoleSettings, GatewaySettings
from storage.database import Database
from tests.unit.agent_console.consoles import Folded
from tests.unit.agent_console.world import ROOMY, Server, World, build, serving

WAIT_SECONDS = 10


class Tab:
    """One live connection, with the picture folded from what it was sent."""

    def __init__(self, socket_: ClientConnection) -> None:
        self._socket = socket_
        self.picture = Folded()
        self.notices: list[dict[str, Any]] = []

    async def say(self, message: dict[str, Any] | str | bytes) -> None:
        """Send a message; text and bytes as they are."""
        await self._socket.send(json.dumps(message) if isinstance(message, dict) else message)

    async def hello(self, resume: dict[str, Any] | None = None) -> dict[str, Any]:
        """Greet, and return the first picture message."""
        await self.say({"type": "hello", "resume": resume})
        return await self.next("snapshot", "delta")

    async def next(self, *types: str) -> dict[str, Any]:
        """The next message of one of these types; what comes before it is folded or kept as a notice."""
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                frame = await self._socket.recv()
                assert isinstance(frame, str)
                message: dict[str, Any] = json.loads(frame)
                if message["type"] in ("snapshot", "delta"):
                    self.picture.offer(Frame(frame))
                else:
                    self.notices.append(message)
                if message["type"] in types:
                    return message

    async def caught_up(self, seq: int) -> None:
        """Read until the picture has this number."""
        while self.picture.seq < seq:
            await self.next("snapshot", "delta")

    async def closed(self) -> int:
        """Read to the end, and return the close code."""
        async with asyncio.timeout(WAIT_SECONDS):
            with contextlib.suppress(ConnectionClosed):
                while True:
                    await self._socket.recv()
            await self._socket.wait_closed()
        assert self._socket.close_code is not None
        return self._socket.close_code

    async def leave(self, code: int = 1000) -> None:
        """Close the tab."""
        await self._socket.close(code)


class LiveWorld:
    """A served application, and tabs on it."""

    def __init__(self, world: World, server: Server, port: int) -> None:
        self.world = world
        self.port = port
        self.server = server
        self.origin = f"http://127.0.0.1:{port}"
        self._open = contextlib.AsyncExitStack()

    async def tab(
        self,
        login: str | None,
        *,
        token: str | None = None,
        origin: str | None = "own",
        path: str = f"{API}/live",
    ) -> Tab:
        """Open a tab with a new session of this user, or with the given token, or with none."""
        if login is not None and token is None:
            token, _ = await self.world.open_session(login)
        connection = connect(
            f"ws://127.0.0.1:{self.port}{path}",
            origin=Origin(self.origin if origin == "own" else origin) if origin else None,
            additional_headers={"Cookie": f"{COOKIE}={token}"} if token else {},
            compression=None,
            max_size=None,
        )
        return Tab(await self._open.enter_async_context(connection))

    async def desk(self, login: str) -> Tab:
        """A tab that has said hello."""
        tab = await self.tab(login)
        await tab.hello()
        return tab

    def stop(self) -> None:
        """Ask the server to stop."""
        self.server.stop()

    async def close(self) -> None:
        """Close all tabs."""
        await self._open.aclose()


@contextlib.asynccontextmanager
async def live_world(
    db: Database, folder: Path, places: Places = ROOMY, **gateway: Any
) -> AsyncIterator[LiveWorld]:
    """A served application with these settings of the gateway, and so many places for connections."""
    bound = socket.create_server(("127.0.0.1", 0))
    port = bound.getsockname()[1]
    settings = ConsoleSettings(gateway=GatewaySettings(**gateway))
    world = build(db, folder, settings, origins=frozenset({f"http://127.0.0.1:{port}"}))
    async with serving(world.app, bound, places) as server:
        live = LiveWorld(world, server, port)
        try:
            yield live
        finally:
            await live.close()
