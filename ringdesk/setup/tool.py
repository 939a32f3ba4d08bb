"""Runs somebody else's tool (npm, pip) in a group of its own: output in a log, ended when we stop."""

import asyncio
import os
import re
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ringdesk.supervision.process import signal_group


@dataclass(frozen=True, slots=True)
class ToolResult:
    """How a tool ended and what it said."""

    status: int
    output: str
    log: Path

    @property
    def no_network(self) -> bool:
        """Whether it complained that the other side cannot be reached."""
        return any(word in self.output for word in _NO_NETWORK)

    def last_words(self) -> str:
        """The line that looks most like a reason."""
        lines = [line.strip() for line in self.output.splitlines() if line.strip()]
        for reason in _REASONS:
            for line in lines:
                if reason.match(line):
                    return line[:300]
        return lines[-1][:300] if lines else f"it ended with status {self.status}"


# The clearest first. npm says its exit code before the reason.
_REASONS = (
    re.compile(r"(Error|ERROR): "),
    re.compile(r"npm error (?!code |syscall |errno )\S"),
    re.compile(r".*error", re.IGNORECASE),
)
UNREACHABLE = "the package registry cannot be reached; check the network and start again"
_NO_NETWORK = (
    "ENOTFOUND",
    "EAI_AGAIN",
    "ECONNREFUSED",
    "ECONNRESET",
    "EHOSTUNREACH",
    "ENETUNREACH",
    "ETIMEDOUT",
    "NewConnectionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ProxyError",
    "Temporary failure in name resolution",
    "Network is unreachable",
)


async def run_tool(
    command: Sequence[str | Path], log: Path, *, folder: Path, environment: Mapping[str, str] | None = None
) -> ToolResult:
    """Runs it to its end. Cancelled, it takes the tool and everything that the tool started with it."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *map(str, command),
            cwd=folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
            process_group=0,
        )
    try:
        await process.wait()
    finally:
        signal_group(process.pid, signal.SIGKILL)
        await process.wait()
    return _result(process.returncode or 0, log)


def _result(status: int, log: Path) -> ToolResult:
    return ToolResult(status, log.read_text(errors="replace"), log)
