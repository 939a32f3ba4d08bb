"""A bare relay: each DialBegin that comes from AMI goes to every websocket as it is; nothing else is done.

python -m bench.pop_relay AMI_PORT WEB_PORT
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from agent_console.app import UVICORN_OPTIONS

consoles: set[WebSocket] = set()


async def live(socket: WebSocket) -> None:
    """Accepts everyone and reads what they say away."""
    await socket.accept()
    consoles.add(socket)
    try:
        while True:
            await socket.receive_text()
    except WebSocketDisconnect:
        consoles.discard(socket)


async def relay(ami_port: int) -> None:
    """Reads AMI and passes it on."""
    reader, writer = await asyncio.open_connection("127.0.0.1", ami_port)
    writer.write(b"Action: Login\r\nUsername: relay\r\nSecret: bench\r\nActionID: 1\r\n\r\n")
    while True:
        raw = await reader.readuntil(b"\r\n\r\n")
        if raw.startswith(b"Event: DialBegin\r\n"):
            text = raw.decode()
            for socket in tuple(consoles):
                await socket.send_text(text)


def main(ami_port: int, web_port: int) -> None:
    """Serves until terminated."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        relaying = asyncio.create_task(relay(ami_port))
        yield
        relaying.cancel()

    app = Starlette(routes=[WebSocketRoute("/api/v1/live", live)], lifespan=lifespan)
    config = uvicorn.Config(app, host="127.0.0.1", port=web_port, log_level="warning", **UVICORN_OPTIONS)
    uvloop.run(uvicorn.Server(config).serve())


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
