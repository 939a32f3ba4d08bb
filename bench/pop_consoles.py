"""Two hundred consoles in one process: websockets that only look for the pop they wait for.

They read raw bytes, because a full websocket client would measure itself: what a server sends is not masked,
so a frame's text can be searched as it comes.
"""

import asyncio
import base64
import json
import os
import re
import time
from functools import partial
from typing import cast

_BUFFER_BYTES = 65_536


class Console(asyncio.Protocol):
    """One console: says hello, answers pings, and notes when the text it expects has come."""

    def __init__(self, path: str, headers: dict[str, str]) -> None:
        self._request = _upgrade(path, headers)
        self._transport: asyncio.Transport
        self._seen = b""
        self._pattern: re.Pattern[bytes] | None = None
        self._began = 0.0
        self._latencies: list[float] = []
        self.open = asyncio.Event()
        self.received_bytes = 0

    def expect(self, latencies: list[float], pattern: re.Pattern[bytes]) -> None:
        """From now on wait for text that fits; its delay in seconds is appended to `latencies`."""
        self._seen, self._pattern, self._latencies = b"", pattern, latencies
        self._began = time.perf_counter()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self.received_bytes += len(data)
        if not self.open.is_set():
            self._finish_handshake(data)
        elif self._pattern is not None:
            self._seen = (self._seen + data)[-_BUFFER_BYTES:]
            if self._pattern.search(self._seen):
                self._latencies.append(time.perf_counter() - self._began)
                self._pattern = None
        if b'{"type":"ping"}' in data:
            self._say({"type": "pong"})

    def close(self) -> None:
        """Goes away without a word."""
        self._transport.abort()

    def _finish_handshake(self, data: bytes) -> None:
        self._seen += data
        if b"\r\n\r\n" in self._seen:
            assert self._seen.startswith(b"HTTP/1.1 101"), self._seen[:200]
            self._say({"type": "hello", "resume": None})
            self.open.set()

    def _say(self, message: dict[str, object]) -> None:
        """A text frame, masked with zeros as the standard allows a client to be."""
        text = json.dumps(message).encode()
        assert len(text) < 126
        self._transport.write(bytes((0x81, 0x80 | len(text))) + bytes(4) + text)


def _upgrade(path: str, headers: dict[str, str]) -> bytes:
    all_headers = {
        "Host": "localhost",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        "Sec-WebSocket-Version": "13",
        **headers,
    }
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in all_headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def _until_listening(port: int) -> None:
    async with asyncio.timeout(20):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return


async def open_consoles(port: int, path: str, headers: list[dict[str, str]]) -> list[Console]:
    """One console for each set of headers, all of them past their handshake."""
    loop = asyncio.get_running_loop()
    await _until_listening(port)
    consoles = []
    for one in headers:
        _, console = await loop.create_connection(partial(Console, path, one), "127.0.0.1", port)
        await asyncio.wait_for(console.open.wait(), 10)
        consoles.append(console)
    return consoles
