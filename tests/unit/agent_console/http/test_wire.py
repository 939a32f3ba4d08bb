"""What a stranger may send before and beside a request that the application sees."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from agent_console.http import wire
from storage.database import Database
from tests.unit.agent_console.tabs import LiveWorld, live_world

WAIT_SECONDS = 10
PIECE = b"x" * 65_536


@pytest.fixture
async def live(db: Database, tmp_path: Path) -> AsyncIterator[LiveWorld]:
    async with live_world(db, tmp_path) as it:
        yield it


class Stranger:
    """A raw connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def send_without_end(self, piece: bytes) -> int:
        """How many bytes went out before the connection was cut."""
        sent = 0
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                try:
                    await self.send(piece)
                except ConnectionError:
                    return sent
                sent += len(piece)

    async def answers(self) -> bytes:
        """Everything that comes until the connection ends."""
        async with asyncio.timeout(WAIT_SECONDS):
            try:
                return await self._reader.read()
            except ConnectionError:
                return b""


async def stranger_at(live: LiveWorld) -> Stranger:
    return Stranger(*await asyncio.open_connection("127.0.0.1", live.port))


@pytest.mark.parametrize(
    ("begin", "piece"),
    [
        (b"GET /", PIECE),
        (b"GET / HTTP/1.1\r\nX: ", PIECE),
        (b"GET / HTTP/1.1\r\n", b"X: " + PIECE + b"\r\n"),
        (
            b"POST /api/v1/session HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
            b"X: " + PIECE + b"\r\n",
        ),
    ],
)
async def test_a_request_without_end_is_cut_off(live: LiveWorld, begin: bytes, piece: bytes) -> None:
    stranger = await stranger_at(live)
    await stranger.send(begin)
    # What the two sockets hold comes on top.
    assert await stranger.send_without_end(piece) < 20 * wire.MOST_REQUEST_BYTES


@pytest.mark.parametrize(
    "so_far",
    [
        "",
        "GET / HT",
        "POST /api/v1/session HTTP/1.1\r\nHost: {0}\r\nOrigin: http://{0}\r\nContent-Length: 9\r\n\r\n{{",
    ],
)
async def test_half_a_request_is_not_waited_for(
    live: LiveWorld, so_far: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "REQUEST_SECONDS", 0.05)
    stranger = await stranger_at(live)
    await stranger.send(so_far.format(f"127.0.0.1:{live.port}").encode())
    assert await stranger.answers() == b""


async def test_a_connection_serves_request_after_request(live: LiveWorld) -> None:
    request = f"GET /api/v1/health HTTP/1.1\r\nHost: 127.0.0.1:{live.port}\r\n".encode()
    stranger = await stranger_at(live)
    filling = b"X: " + b"x" * 20_000 + b"\r\n"
    for _ in range(60):
        await stranger.send(request + filling + b"\r\n")
    await stranger.send(request + b"Connection: close\r\n\r\n")
    assert (await stranger.answers()).count(b"HTTP/1.1 200 OK") == 61


@pytest.mark.usefixtures("frozen")
async def test_an_address_that_a_client_only_claims_is_not_counted_by(live: LiveWorld) -> None:
    statuses = []
    async with httpx.AsyncClient(base_url=live.origin, headers={"Origin": live.origin}) as client:
        for number in range(31):
            claimed = {"X-Forwarded-For": f"10.0.0.{number}", "Forwarded": f"for=10.0.0.{number}"}
            wrong = {"login": f"nobody{number}", "password": "x"}
            statuses.append((await client.post("/api/v1/session", json=wrong, headers=claimed)).status_code)
    assert statuses == [401] * 30 + [429]
