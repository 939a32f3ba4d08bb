"""Asks the running service how it is, at its own door."""

import asyncio
import json
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ringdesk.health.door import short_name

_LARGEST_ANSWER = 256 * 1024
_WELL = frozenset({"ok", "up"})
_CREDENTIALS = struct.Struct("3i")


@dataclass(frozen=True, slots=True)
class Health:
    """The service's answer; `answered` is false when there was none in time."""

    answered: bool
    ok: bool = False
    checks: Mapping[str, str] = field(default_factory=dict)

    def troubles(self) -> list[str]:
        """The checks that are not well, as "name: what is the matter"."""
        return [f"{name}: {state}" for name, state in self.checks.items() if state not in _WELL]


async def ask_health(door: Path, *, timeout_s: float = 2.0) -> Health:
    """The health of the service behind this socket file; never raises for one that is away or silent."""
    try:
        async with asyncio.timeout(timeout_s):
            return await Question(door).answer()
    except TimeoutError:
        return Health(False)


class Question:
    """One question, which waits for its answer as long as whoever asks wants to wait.

    `pid` is the process that listens: the kernel says it as soon as it has connected us, also when that
    process itself never comes to look.
    """

    def __init__(self, door: Path) -> None:
        self._door = door
        self.pid: int | None = None

    async def answer(self) -> Health:
        """What the service says; not answered when there is none, or something else sits there."""
        try:
            return _read(await self._ask())
        except (OSError, ValueError, AttributeError):
            return Health(False)

    async def _ask(self) -> bytes:
        with socket.socket(socket.AF_UNIX) as asking:
            asking.setblocking(False)
            with short_name(self._door) as name:
                asking.connect(name)
            credentials = asking.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
            self.pid = _CREDENTIALS.unpack(credentials)[0]
            said = b""
            while len(said) < _LARGEST_ANSWER and (
                piece := await asyncio.get_running_loop().sock_recv(asking, _LARGEST_ANSWER)
            ):
                said += piece
            return said


def _read(said: bytes) -> Health:
    answer = json.loads(said)
    checks = answer.get("checks", {})
    return Health(True, answer.get("status") == "ok", checks if isinstance(checks, dict) else {})
