"""Connections are counted from the accept on: crowds at the door of a real server, plain and by TLS."""

import asyncio
import contextlib
import errno
import socket
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from agent_console.http import reception, wire
from agent_console.http.guests import Places
from agent_console.http.reception import Server
from ringdesk.installation.certificates import ensure_certificate
from storage.database import Database
from tests.support.desk import settle
from tests.unit.agent_console.tabs import LiveWorld, live_world
from tests.unit.agent_console.world import ROOMY, build, serving

WAIT_SECONDS = 10
HEALTH = b"GET /api/v1/health HTTP/1.0\r\n\r\n"


class Stranger:
    """A raw connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def answer(self, request: bytes = b"") -> bytes:
        """Says this, and reads until the connection ends."""
        self.writer.write(request)
        async with asyncio.timeout(WAIT_SECONDS):
            try:
                return await self.reader.read()
            except ConnectionError:
                return b""

    async def served(self) -> bool:
        return (await self.answer(HEALTH)).startswith(b"HTTP/1.1 200 OK")


async def arrive(port: int, tls: ssl.SSLContext | None = None) -> Stranger:
    return Stranger(*await asyncio.open_connection("127.0.0.1", port, ssl=tls))


def room(server: Server) -> int:
    assert server.reception is not None
    return len(server.reception.guests)


async def until_inside(server: Server, count: int) -> None:
    async with asyncio.timeout(WAIT_SECONDS):
        while room(server) != count:  # noqa: ASYNC110 - the kernel tells nobody
            await asyncio.sleep(0.005)


@pytest.fixture
async def small(db: Database, tmp_path: Path) -> AsyncIterator[LiveWorld]:
    """Three places."""
    async with live_world(db, tmp_path, Places(most=3, waiting=3, waiting_of_one=3)) as it:
        yield it


async def test_a_crowd_that_says_nothing_keeps_nobody_out(small: LiveWorld) -> None:
    crowd = [await arrive(small.port) for _ in range(3)]
    assert await (await arrive(small.port)).served()
    assert await crowd[0].answer() == b""
    assert [await one.served() for one in crowd[1:]] == [True, True]


async def test_places_are_free_again_when_strangers_go(small: LiveWorld) -> None:
    crowd = [await arrive(small.port) for _ in range(3)]
    await until_inside(small.server, 3)
    for one in crowd:
        one.writer.transport.abort()
    await until_inside(small.server, 0)


async def test_a_signed_in_console_stays_and_a_stranger_at_the_live_door_does_not(small: LiveWorld) -> None:
    tab = await small.desk("lina")
    stranger = await small.tab(None)
    crowd = [await arrive(small.port) for _ in range(6)]
    assert await crowd[0].answer() == b""
    assert await stranger.closed() in (1006, 4401)
    await tab.say({"type": "pong"})
    await until_inside(small.server, 3)
    assert await crowd[-1].served()
    assert (await (await small.desk("wangwei")).next("phone_owner"))["owner"] == "nobody"
    await tab.leave()
    assert await crowd[-2].served()


async def test_an_idle_connection_makes_room_and_one_that_is_being_answered_does_not(
    small: LiveWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, heard = asyncio.Event(), asyncio.Semaphore(0)

    async def slowly(token: str) -> None:
        heard.release()
        await go_on.wait()

    async def until_heard(count: int) -> None:
        """What was written is not yet heard: until then it is the stranger who is waited for."""
        async with asyncio.timeout(WAIT_SECONDS):
            for _ in range(count):
                await heard.acquire()

    monkeypatch.setattr(small.world.services.sessions, "find", slowly)
    asks = f"GET /api/v1/session HTTP/1.1\r\nHost: 127.0.0.1:{small.port}\r\nCookie: ringdesk_session=x\r\n"
    busy = [await arrive(small.port) for _ in range(2)]
    for one in busy:
        one.writer.write(f"{asks}Connection: close\r\n\r\n".encode())
    await until_heard(2)
    idle = await arrive(small.port)
    idle.writer.write(b"GET /api/v1/health HTTP/1.1\r\n\r\n")
    await idle.reader.readuntil(b"\r\n\r\n")
    last = await arrive(small.port)
    assert await idle.answer() == b'{"status":"ok"}'
    last.writer.write(f"{asks}Connection: close\r\n\r\n".encode())
    await until_heard(1)
    # Now all three are being answered, and there is nobody to send away.
    assert not await (await arrive(small.port)).served()
    go_on.set()
    for one in (*busy, last):
        assert (await one.answer()).startswith(b"HTTP/1.1 401")


async def test_an_answer_that_nobody_reads_is_not_held_for_ever(
    small: LiveWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "ANSWER_SECONDS", 0.2)
    assets = small.world.deps.web_dist / "assets"
    assets.mkdir(parents=True)
    (assets / "large-abcdefgh.js").write_bytes(b"x" * 30_000_000)
    lazy = await arrive(small.port)
    lazy.writer.transport.pause_reading()  # type: ignore[attr-defined]
    host = f"Host: 127.0.0.1:{small.port}"
    lazy.writer.write(f"GET /assets/large-abcdefgh.js HTTP/1.1\r\n{host}\r\n\r\n".encode())
    await until_inside(small.server, 1)
    await until_inside(small.server, 0)
    lazy.writer.close()


async def test_without_files_the_server_waits_for_room(small: LiveWorld) -> None:
    at_the_door = small.server.reception
    assert at_the_door is not None
    first = await arrive(small.port)
    await until_inside(small.server, 1)

    class Full:
        """A listening socket whose process has no file left, once."""

        def __init__(self, listening: socket.socket) -> None:
            self._listening, self._tries = listening, 0

        def fileno(self) -> int:
            return self._listening.fileno()

        def close(self) -> None:
            self._listening.close()

        def accept(self) -> tuple[socket.socket, tuple[str, int]]:
            self._tries += 1
            if self._tries == 1:
                raise OSError(errno.EMFILE, "Too many open files")
            return self._listening.accept()

    at_the_door._socket = Full(at_the_door._socket)  # type: ignore[assignment]
    assert await (await arrive(small.port)).served()
    assert await first.answer() == b""


@pytest.fixture
async def tls(db: Database, tmp_path: Path) -> AsyncIterator[tuple[Server, int, ssl.SSLContext]]:
    """Three places behind TLS."""
    ensure_certificate(tmp_path, ["127.0.0.1"], datetime.now(UTC))
    bound = socket.create_server(("127.0.0.1", 0))
    port = bound.getsockname()[1]
    world = build(db, tmp_path, origins=frozenset({f"https://127.0.0.1:{port}"}))
    files: dict[str, Any] = {
        "ssl_certfile": str(tmp_path / "server.crt"),
        "ssl_keyfile": str(tmp_path / "server.key"),
    }
    places = Places(most=3, waiting=3, waiting_of_one=3)
    async with serving(world.app, bound, places, **files) as server:
        yield server, port, ssl.create_default_context(cafile=str(tmp_path / "authority.crt"))


async def test_hand_shakes_that_never_begin_keep_nobody_out(
    tls: tuple[Server, int, ssl.SSLContext],
) -> None:
    server, port, context = tls
    crowd = [await arrive(port) for _ in range(5)]
    assert await crowd[0].answer() == b""
    assert await (await arrive(port, context)).served()
    assert room(server) <= 3


@pytest.mark.parametrize("says", [b"", b"\x16\x03\x01\x00\x05", b"GET / HTTP/1.1\r\n\r\n"])
async def test_a_hand_shake_is_not_waited_for(
    tls: tuple[Server, int, ssl.SSLContext], says: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reception, "HANDSHAKE_SECONDS", 0.2)
    server, port, context = tls
    stranger = await arrive(port)
    assert b"HTTP" not in await stranger.answer(says)
    await until_inside(server, 0)
    assert await (await arrive(port, context)).served()


async def test_a_server_that_stops_waits_for_no_hand_shake(db: Database, tmp_path: Path) -> None:
    with contextlib.suppress(ConnectionError):
        ensure_certificate(tmp_path, ["127.0.0.1"], datetime.now(UTC))
        bound = socket.create_server(("127.0.0.1", 0))
        world = build(db, tmp_path)
        files: dict[str, Any] = {
            "ssl_certfile": str(tmp_path / "server.crt"),
            "ssl_keyfile": str(tmp_path / "server.key"),
        }
        async with serving(world.app, bound, **files) as server:
            stranger = await arrive(bound.getsockname()[1])
            await until_inside(server, 1)
        assert await stranger.answer() == b""


async def test_a_server_is_told_to_stop_and_need_not_look_again_and_again() -> None:
    server = Server(uvicorn.Config("no application", log_config=None), ROOMY)
    running = asyncio.create_task(server.main_loop())
    await settle()
    assert not running.done()
    server.stop()
    await settle()
    assert running.done()
    await running


async def test_a_port_that_is_taken_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        reception._bound("127.0.0.1", taken.getsockname()[1])
