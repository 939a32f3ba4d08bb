"""The service's health as our commands see it, whatever answers on its port."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from ringdesk.health import Health, ask_health


@asynccontextmanager
async def server(*pieces: bytes, silent: bool = False) -> AsyncIterator[str]:
    """Sends the pieces of its answer one after the other, each by itself."""
    stop = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        if silent:
            await stop.wait()
        for number, piece in enumerate(pieces):
            if number:
                await asyncio.sleep(0.02)  # else the kernel would deliver both at once
            writer.write(piece)
            await writer.drain()
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    finally:
        stop.set()
        listening.close()
        await listening.wait_closed()


def http(status: str, body: object) -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n\r\n{json.dumps(body)}".encode()


async def test_a_well_service_is_ok() -> None:
    async with server(http("200 OK", {"status": "ok", "checks": {"asterisk": "ok"}})) as url:
        assert await ask_health(url) == Health(True, True, {"asterisk": "ok"})


async def test_an_answer_that_comes_in_pieces_is_read_to_its_end() -> None:
    answer = http("200 OK", {"status": "ok", "checks": {"asterisk": "ok"}})
    async with server(answer[:-20], answer[-20:]) as url:
        assert (await ask_health(url)).ok


async def test_troubles_are_named() -> None:
    checks = {"storage": "ok", "asterisk": "away since 10:02"}
    async with server(http("503 Service Unavailable", {"status": "degraded", "checks": checks})) as url:
        health = await ask_health(url)
    assert health.answered
    assert not health.ok
    assert health.troubles() == ["asterisk: away since 10:02"]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH\r\n\r\n",
        http("200 OK", []),
        http("200 OK", 1),
        b"HTTP/1.1 200 OK\r\n\r\nnonsense",
    ],
)
async def test_something_else_on_the_port_is_no_service(answer: bytes) -> None:
    async with server(answer) as url:
        assert not (await ask_health(url)).answered


async def test_a_service_that_hangs_is_away() -> None:
    async with server(b"", silent=True) as url:
        assert not (await ask_health(url, timeout_s=0.05)).answered


async def test_nobody_there() -> None:
    async with server(b"") as url:
        pass
    assert not (await ask_health(url)).answered
