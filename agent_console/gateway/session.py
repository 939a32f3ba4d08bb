"""One connection of one console: reads what it says, writes what it is offered, ends with a named code."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Hashable
from datetime import datetime
from typing import Protocol

from starlette.websockets import WebSocket, WebSocketDisconnect

from agent_console.gateway import protocol
from agent_console.gateway.protocol import ClientMessage, CloseCode, CloseConnection
from agent_console.gateway.short_cut import ShortCut
from agent_console.gateway.visibility import Viewer
from agent_console.settings import GatewaySettings


class Room(Protocol):
    """What a connection tells the hub."""

    def greet(self, session: "Session", hello: protocol.Hello) -> None:
        """The client said hello: from here on it gets the live picture."""

    def heard(self, session: "Session", message: ClientMessage) -> None:
        """Any later message."""


class Session:
    """Bounded in what waits for the client and in what the client may say.

    Overflow rule: a client that does not keep up is closed, never waited for; it comes back and resumes.
    """

    def __init__(
        self,
        socket: WebSocket,
        room: Room,
        viewer: Viewer,
        *,
        user_id: int,
        token_hash: str,
        terms: Hashable,
        opened_at: datetime,
        expires_at: datetime,
        settings: GatewaySettings,
        now: float,
        short_cut: ShortCut | None = None,
    ) -> None:
        self.viewer = viewer
        self.user_id = user_id
        self.token_hash = token_hash
        self.terms = terms
        self.opened_at = opened_at
        self.expires_at = expires_at
        self.greeted = False
        self.is_shut_down = False
        self._socket = socket
        self._short_cut = short_cut
        self._room = room
        self._settings = settings
        self._opened = self._pinged = self._heard = self._now = now
        self._said = 0
        self._outbox: deque[protocol.Frame] = deque()
        self._outbox_characters = 0
        self._wake = asyncio.Event()
        self._end: asyncio.Future[CloseConnection | None] = asyncio.get_running_loop().create_future()

    def offer(self, frame: protocol.Frame) -> None:
        """Send a frame, or queue it when the wire is busy; too much in the queue closes the connection."""
        if self._end.done():
            return
        if self._short_cut is not None and not self._outbox and self._short_cut.is_free():
            self._short_cut.write(frame.wire)
            return
        self._outbox_characters += len(frame)
        self._outbox.append(frame)
        if (
            len(self._outbox) > self._settings.outbox_frames
            or self._outbox_characters > self._settings.outbox_characters
        ):
            self.close(CloseCode.TOO_SLOW, "too much waits to be read")
        else:
            self._wake.set()

    def close(self, code: CloseCode, reason: str) -> None:
        """End the connection; the first reason given counts."""
        self._finish(CloseConnection(code, reason))

    def tick(self, now: float) -> None:
        """Called about once a second with a clock that never goes back: ping, and time-outs."""
        self._now = now
        if not self.greeted and now - self._opened >= self._settings.hello_seconds:
            self.close(CloseCode.TOO_SLOW, "no hello")
        elif now - self._heard >= self._settings.silence_seconds:
            self.close(CloseCode.TOO_SLOW, "no answer to ping")
        elif now - self._pinged >= self._settings.ping_seconds:
            self._pinged = now
            self._said = 0
            self.offer(protocol.PING)

    async def run(self) -> None:
        """Serve an accepted socket until either side ends it."""
        async with asyncio.TaskGroup() as tasks:
            both = [tasks.create_task(self._read()), tasks.create_task(self._write())]
            ending = await self._end
            for task in both:
                task.cancel()
        if ending is not None:
            said = await say_goodbye(self._socket, ending, self._settings.close_seconds)
            if not said and self._short_cut is not None:
                self._short_cut.abort()

    async def _read(self) -> None:
        try:
            while True:
                message = await self._socket.receive()
                if message["type"] == "websocket.disconnect":
                    self.is_shut_down = self._was_shut_down(message.get("code"))
                    self._finish(None)
                    return
                self._listen(message.get("text"))
        except CloseConnection as problem:
            self._finish(problem)

    def _was_shut_down(self, code: int | None) -> bool:
        """Whether the server stops; the code alone does not tell, for a client can send the same."""
        return code == CloseCode.RESTART and (self._short_cut is None or self._short_cut.is_shutting_down)

    def _listen(self, text: str | None) -> None:
        self._said += 1
        if self._said > self._settings.messages_per_ping:
            raise CloseConnection(CloseCode.TOO_MANY, "too many messages")
        message = protocol.parse(text)
        self._heard = self._now
        if isinstance(message, protocol.Hello) is self.greeted:
            raise CloseConnection(CloseCode.MALFORMED, "hello comes first, and once")
        if isinstance(message, protocol.Hello):
            self.greeted = True
            self._room.greet(self, message)
        else:
            self._room.heard(self, message)

    async def _write(self) -> None:
        try:
            while True:
                while self._outbox:
                    # Stays in the outbox until it is out, so that no later frame takes the short cut past it.
                    frame = self._outbox[0]
                    await self._socket.send({"type": "websocket.send", "text": frame.text})
                    self._outbox.popleft()
                    self._outbox_characters -= len(frame)
                self._wake.clear()
                await self._wake.wait()
        except WebSocketDisconnect:
            self._finish(None)

    def _finish(self, ending: CloseConnection | None) -> None:
        if not self._end.done():
            self._end.set_result(ending)


async def say_goodbye(socket: WebSocket, ending: CloseConnection, seconds: float) -> bool:
    """Close an accepted socket with the code; False when a client that reads nothing could not be told."""
    with contextlib.suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
        async with asyncio.timeout(seconds):
            await socket.close(ending.code, ending.reason)
            return True
    return False
