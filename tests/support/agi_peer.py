"""Asterisk's side of a FastAGI connection, for tests of the server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

ENVIRONMENT = {
    "agi_network": "yes",
    "agi_network_script": "hotline",
    "agi_channel": "PJSIP/trunk-00000001",
    "agi_uniqueid": "ringdesk-1763800000.1",
    "agi_callerid": "+8613800138000",
    "agi_extension": "4001",
}


class AsteriskPeer:
    """Reads commands and sends replies, line by line."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def send(self, text: str) -> None:
        self._writer.write(text.encode("utf-8", "surrogateescape"))

    def begin(self, **changes: str) -> None:
        environment = {**ENVIRONMENT, **changes}
        self.send("".join(f"{name}: {value}\n" for name, value in environment.items()) + "\n")

    async def command(self) -> str:
        """The next line; "" when the server has closed."""
        async with asyncio.timeout(5):
            return (await self._reader.readline()).decode().removesuffix("\n")

    async def answer(self, reply: str) -> str:
        """Read one command, answer it, and return it."""
        command = await self.command()
        self.send(reply + "\n")
        return command

    async def closed(self) -> bool:
        """Wait until the server closes; False when it still talks."""
        async with asyncio.timeout(5):
            try:
                return await self._reader.read() == b""
            except ConnectionResetError:
                return True

    def close(self) -> None:
        self._writer.close()

    def reset(self) -> None:
        """Vanish without a farewell."""
        self._writer.transport.abort()


@asynccontextmanager
async def dial(port: int) -> AsyncIterator[AsteriskPeer]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield AsteriskPeer(reader, writer)
    finally:
        writer.close()
