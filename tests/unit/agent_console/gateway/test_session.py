"""One connection by itself, over a socket whose other side does what the test wants."""

import asyncio
from typing import Any

import pytest
from starlette.websockets import WebSocketDisconnect

from agent_console.gateway import protocol
from agent_console.gateway.protocol import ClientMessage, CloseCode, Frame, Hello
from agent_console.gateway.session import Session
from agent_console.gateway.visibility import Viewer
from agent_console.settings import GatewaySettings
from tests.unit.agent_console.moments import NOON

HELLO = '{"type":"hello"}'
PONG = '{"type":"pong"}'


class Wire:
    """A websocket; `unread` lets nothing through until it is released."""

    def __init__(self) -> None:
        self.incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.sent: list[str] = []
        self.closed: int | None = None
        self.flowing = asyncio.Event()
        self.flowing.set()
        self.broken = False
        self.scope: dict[str, Any] = {"extensions": {}}

    async def receive(self) -> dict[str, Any]:
        return await self.incoming.get()

    async def send(self, message: dict[str, Any]) -> None:
        await self.flowing.wait()
        if self.broken:
            raise WebSocketDisconnect(1006)
        self.sent.append(message["text"])

    async def close(self, code: int, reason: str) -> None:
        await self.flowing.wait()
        self.closed = code

    def says(self, text: str) -> None:
        self.incoming.put_nowait({"type": "websocket.receive", "text": text})


class Room:
    """Notes what the session tells."""

    def __init__(self) -> None:
        self.greeted: list[Hello] = []
        self.messages: list[ClientMessage] = []
        self.told = asyncio.Event()

    def greet(self, session: Session, hello: Hello) -> None:
        self.greeted.append(hello)
        self.told.set()

    def heard(self, session: Session, message: ClientMessage) -> None:
        self.messages.append(message)
        self.told.set()


class Street:
    """A short cut that is free or not."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.aborted = False
        self.is_shutting_down = False

    def is_free(self) -> bool:
        return self.wire.flowing.is_set()

    def write(self, frame: bytes) -> None:
        self.wire.sent.append(frame[2:].decode())

    def abort(self) -> None:
        self.aborted = True


class Connection:
    """A session under way."""

    def __init__(self, *, has_short_cut: bool = False, **settings: Any) -> None:
        self.wire, self.room = Wire(), Room()
        self.street = Street(self.wire)
        self.session = Session(
            self.wire,  # type: ignore[arg-type]
            self.room,
            Viewer("1001", False),
            user_id=1,
            token_hash="",
            terms="as signed in",
            opened_at=NOON,
            expires_at=NOON,
            settings=GatewaySettings(close_seconds=0.01, **settings),
            now=0.0,
            short_cut=self.street if has_short_cut else None,
        )
        self.task = asyncio.create_task(self.session.run())

    async def hears(self, text: str) -> None:
        """Say something and wait until it was understood."""
        self.room.told.clear()
        self.wire.says(text)
        await self.room.told.wait()

    async def ended(self) -> int | None:
        """Wait for the end; the close code that was sent."""
        async with asyncio.timeout(5):
            await self.task
        return self.wire.closed


async def test_without_hello_the_connection_ends() -> None:
    it = Connection(hello_seconds=10)
    it.session.tick(9.9)
    assert not it.task.done()
    it.session.tick(10.0)
    assert await it.ended() == CloseCode.TOO_SLOW


async def test_who_answers_pings_stays_and_who_does_not_goes() -> None:
    it = Connection(ping_seconds=15, silence_seconds=40)
    await it.hears(HELLO)
    for now in (15.0, 30.0, 45.0):
        it.session.tick(now)
        await it.hears(PONG)
    assert it.wire.sent == [protocol.PING.text] * 3
    it.session.tick(60.0)
    it.session.tick(75.0)
    assert not it.task.done()
    it.session.tick(85.0)
    assert await it.ended() == CloseCode.TOO_SLOW


@pytest.mark.parametrize("limit", [{"outbox_frames": 3}, {"outbox_characters": 9}])
async def test_a_client_that_reads_nothing_is_closed_and_never_waited_for(limit: dict[str, Any]) -> None:
    it = Connection(**limit)
    await it.hears(HELLO)
    it.wire.flowing.clear()
    for _ in range(5):
        it.session.offer(Frame("123"))
    # The close frame cannot get through either; the connection ends all the same.
    assert await it.ended() is None
    assert it.wire.sent == []


async def test_a_slow_client_learns_why_when_it_reads_again() -> None:
    it = Connection(outbox_frames=3)
    for _ in range(5):
        it.session.offer(Frame("123"))
    assert await it.ended() == CloseCode.TOO_SLOW


async def test_frames_go_out_in_order_and_free_their_place() -> None:
    it = Connection(outbox_frames=2, outbox_characters=6)
    await it.hears(HELLO)
    for number in range(50):
        it.session.offer(Frame(str(number)))
        await it.hears(PONG)
    assert it.wire.sent == [str(number) for number in range(50)]
    assert not it.task.done()
    it.session.close(CloseCode.RESTART, "bye")
    assert await it.ended() == CloseCode.RESTART


async def test_a_client_that_leaves_or_breaks_ends_the_session_without_a_word() -> None:
    leaving = Connection()
    leaving.wire.incoming.put_nowait({"type": "websocket.disconnect", "code": 1001})
    assert await leaving.ended() is None
    assert not leaving.session.is_shut_down
    breaking = Connection()
    breaking.wire.broken = True
    breaking.session.offer(Frame("lost"))
    assert await breaking.ended() is None


async def test_the_first_reason_counts_and_nothing_is_sent_after_it() -> None:
    it = Connection()
    it.session.close(CloseCode.NOT_SIGNED_IN, "signed out")
    it.session.close(CloseCode.TOO_SLOW, "later")
    it.session.offer(Frame("late"))
    assert await it.ended() == CloseCode.NOT_SIGNED_IN
    assert it.wire.sent == []


async def test_chatter_is_counted_from_ping_to_ping() -> None:
    it = Connection(messages_per_ping=3, ping_seconds=15)
    await it.hears(HELLO)
    await it.hears(PONG)
    await it.hears(PONG)
    it.session.tick(15.0)
    for _ in range(3):
        await it.hears(PONG)
    it.wire.says(PONG)
    assert await it.ended() == CloseCode.TOO_MANY


async def test_a_short_cut_is_taken_at_once_and_never_past_a_frame_that_waits() -> None:
    it = Connection(has_short_cut=True)
    await it.hears(HELLO)
    it.session.offer(Frame("1"))
    assert it.wire.sent == ["1"]
    it.wire.flowing.clear()
    it.session.offer(Frame("2"))
    await it.hears(PONG)
    it.wire.flowing.set()
    # The writer has not had its turn yet, though the wire is free again.
    it.session.offer(Frame("3"))
    assert it.wire.sent == ["1"]
    await it.hears(PONG)
    it.session.offer(Frame("4"))
    assert it.wire.sent == ["1", "2", "3", "4"]
    it.session.close(CloseCode.RESTART, "bye")
    assert await it.ended() == CloseCode.RESTART
    assert not it.street.aborted


async def test_a_client_that_cannot_even_be_told_is_cut_off() -> None:
    it = Connection(has_short_cut=True, outbox_frames=3)
    await it.hears(HELLO)
    it.wire.flowing.clear()
    for _ in range(5):
        it.session.offer(Frame("123"))
    assert await it.ended() is None
    assert it.street.aborted
