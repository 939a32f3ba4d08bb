"""A FastAGI server for tests that plays the voice menu's part: a script of commands, or silence."""

import asyncio
from collections.abc import Sequence


class MenuServer:
    """Runs the same commands for every caller; with `commands=None` it accepts and falls silent."""

    def __init__(self, commands: Sequence[str] | None) -> None:
        self._commands = commands
        self._server: asyncio.Server | None = None
        self._held: list[asyncio.StreamWriter] = []
        self.accepted = asyncio.Event()
        self.done = asyncio.Event()
        self.environment: dict[str, str] = {}
        self.replies: list[str] = []

    async def start(self, port: int) -> "MenuServer":
        """Listens on loopback."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        return self

    async def stop(self) -> None:
        """Closes everything, callers in the menu included."""
        for writer in self._held:
            writer.close()
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._held.append(writer)
        while (line := (await reader.readline()).decode(errors="replace").strip()) != "":
            key, _, value = line.partition(": ")
            self.environment[key] = value
        self.accepted.set()
        if self._commands is None:
            return
        for command in self._commands:
            call = self.environment.get("agi_uniqueid", "")
            writer.write((command.replace("{call}", call) + "\n").encode())
            await writer.drain()
            self.replies.append((await reader.readline()).decode(errors="replace").strip())
        self.done.set()
        writer.close()
