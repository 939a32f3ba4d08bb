"""The wire under a live connection: what a client does below the messages that the gateway counts."""

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from agent_console.api.common.access import COOKIE
from agent_console.http import live_wire
from cti.bus.contract import Subscription
from cti.bus.topics import FLOOR
from cti.domain.delta import FloorDelta
from cti.domain.events import ConsoleClosed
from storage.database import Database
from tests.unit.agent_console.tabs import WAIT_SECONDS
from tests.unit.agent_console.world import build, serving

SMALL_BUFFER = 4096
# Masked with zeros as the standard allows a client to be.
PING = bytes((0x89, 0x80 | 125)) + bytes(4) + b"x" * 125
# Nobody answers it, so nothing piles up.
SMALLEST_PONG = bytes((0x8A, 0x80)) + bytes(4)


@dataclass
class Narrow:
    """The connection, and what the floor at its other end hears of it."""

    client: ClientConnection
    floor: Subscription[FloorDelta]

    async def until_cut_off(self) -> None:
        """Wait until the server has let go of the connection, without a goodbye."""
        async with asyncio.timeout(WAIT_SECONDS):
            async for applied in self.floor:
                if isinstance(applied.event, ConsoleClosed):
                    break
            self.client.transport.resume_reading()
            await self.client.wait_closed()
        assert self.client.close_code == 1006


@pytest.fixture
async def narrow(db: Database, tmp_path: Path) -> AsyncIterator["Narrow"]:
    """A console's connection through sockets that hold little, so that what is not read soon piles up."""
    bound = socket.create_server(("127.0.0.1", 0))
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALL_BUFFER)
    port = bound.getsockname()[1]
    origin = f"http://127.0.0.1:{port}"
    world = build(db, tmp_path, origins=frozenset({origin}))
    async with serving(world.app, bound):
        token, _ = await world.open_session("lina")
        own = socket.socket()
        own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
        own.setblocking(False)
        await asyncio.get_running_loop().sock_connect(own, ("127.0.0.1", port))
        headers = {"Cookie": f"{COOKIE}={token}"}
        async with connect(
            f"ws://127.0.0.1:{port}/api/v1/live",
            sock=own,
            origin=Origin(origin),
            additional_headers=headers,
            compression=None,
        ) as connection:
            await connection.send('{"type":"hello"}')
            yield Narrow(connection, world.bus.subscribe(FLOOR, capacity=100))


async def test_some_pings_are_answered(narrow: Narrow) -> None:
    for _ in range(20):
        async with asyncio.timeout(WAIT_SECONDS):
            await (await narrow.client.ping())


async def test_a_client_that_sends_without_end_is_cut_off(
    narrow: Narrow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_wire, "MOST_FRAMES", 1_000_000)
    narrow.client.transport.write(PING * (live_wire.MOST_BYTES // len(PING) + 1))
    await narrow.until_cut_off()


async def test_a_client_that_pings_and_does_not_read_is_cut_off(narrow: Narrow) -> None:
    narrow.client.transport.pause_reading()
    narrow.client.transport.write(PING * (live_wire.MOST_BYTES // len(PING) // 2))
    await narrow.until_cut_off()


async def test_small_frames_by_the_thousand_are_not_even_taken_apart(
    narrow: Narrow, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken_apart: list[int] = []
    handle_events = live_wire.LiveProtocol.handle_events

    def counted(protocol: live_wire.LiveProtocol) -> None:
        taken_apart.append(len(protocol.conn.events))
        handle_events(protocol)

    monkeypatch.setattr(live_wire.LiveProtocol, "handle_events", counted)
    pongs = 40_000
    assert pongs * len(SMALLEST_PONG) < live_wire.MOST_BYTES
    narrow.client.transport.write(SMALLEST_PONG * pongs)
    await narrow.until_cut_off()
    assert sum(taken_apart) < 3000
