"""The service's own door for questions about its health: a socket file that no load on its ports can close.

Whoever connects is told at once, as one JSON object, and then the connection ends. Nothing is read. Only the
user who runs Ringdesk gets to the file, so it has no limits that a stranger could reach.
"""

import asyncio
import json
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any, cast


@contextmanager
def short_name(path: Path) -> Iterator[str]:
    """A name for the socket file that fits into the kernel's 107 bytes, wherever the home folder lies."""
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


@asynccontextmanager
async def health_door(path: Path, answer: Callable[[], Mapping[str, Any]]) -> AsyncIterator[None]:
    """Open as long as the block runs; `answer` has to come from memory. Raises OSError."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Answer(answer), sock=_listening(path))
    try:
        yield
    finally:
        server.close()
        _take_away(path)


def _take_away(path: Path) -> None:
    with suppress(FileNotFoundError):
        path.unlink()


def _listening(path: Path) -> socket.socket:
    """A file that an earlier service left behind makes room."""
    _take_away(path)
    door = socket.socket(socket.AF_UNIX)
    try:
        door.setblocking(False)
        with short_name(path) as name:
            # The file is there from bind() on, and nobody gets in before listen().
            door.bind(name)
            path.chmod(0o600)
            door.listen()
    except BaseException:
        door.close()
        raise
    return door


class _Answer(asyncio.Protocol):
    def __init__(self, answer: Callable[[], Mapping[str, Any]]) -> None:
        self._answer = answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        wire = cast(asyncio.WriteTransport, transport)
        wire.write(json.dumps(self._answer(), ensure_ascii=False).encode())
        wire.close()
