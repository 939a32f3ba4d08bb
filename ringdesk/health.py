"""Asks the running service how it is, over its own HTTP door on loopback."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_LARGEST_ANSWER = 256 * 1024
_WELL = frozenset({"ok", "up"})


@dataclass(frozen=True, slots=True)
class Health:
    """The service's answer; `answered` is false when there was none in time."""

    answered: bool
    ok: bool = False
    checks: Mapping[str, str] = field(default_factory=dict)

    def troubles(self) -> list[str]:
        """The checks that are not well, as "name: what is the matter"."""
        return [f"{name}: {state}" for name, state in self.checks.items() if state not in _WELL]


async def ask_health(base_url: str, *, timeout_s: float = 2.0) -> Health:
    """The health of the service at `base_url`; never raises for one that is away or talks nonsense."""
    try:
        async with asyncio.timeout(timeout_s):
            body = await _get(base_url, "/api/health")
        answer = json.loads(body)
        checks = answer.get("checks", {})
        return Health(True, answer.get("status") == "ok", checks if isinstance(checks, dict) else {})
    except (OSError, EOFError, ValueError, AttributeError, asyncio.LimitOverrunError):
        return Health(False)


async def _get(base_url: str, path: str) -> bytes:
    """The body of an answer of whatever status: a service that is not well may say so with 503."""
    address = urlsplit(base_url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        request = f"GET {path} HTTP/1.1\r\nHost: {address.netloc}\r\nConnection: close\r\n\r\n"
        writer.write(request.encode("ascii"))
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 "):
            raise ValueError("not an HTTP server")
        body = b""
        while len(body) < _LARGEST_ANSWER and (piece := await reader.read(_LARGEST_ANSWER)):
            body += piece
        return body
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
