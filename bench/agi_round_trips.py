"""FastAGI round trips a second against the servers of others: python -m bench.agi_round_trips.

Every server runs in a process of its own and speaks the same prompt again and again to callers that this
process plays; the servers take turns, so that whatever else the machine does falls on all of them. What a
round trip costs the server's own processor is read from the kernel, because on a machine of few cores the
callers limit the fastest servers.
"""

import argparse
import asyncio
import contextlib
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

import uvloop

from bench.common import ratio, table
from tests.support.processor import cpu_seconds

ENVIRONMENT = b"agi_network: yes\nagi_network_script: hotline\nagi_uniqueid: bench-1\nagi_extension: 4001\n\n"
REPLY = b"200 result=0 endpos=8000\n"
FLOOR, OURS = "raw@uvloop", "ringdesk@uvloop"
NAMES = {
    FLOOR: "raw asyncio on uvloop, no parsing",
    OURS: "**Ringdesk on uvloop**",
    "ringdesk@asyncio": "Ringdesk on asyncio",
    "panoramisk@uvloop": "panoramisk on uvloop",
    "panoramisk@asyncio": "panoramisk on asyncio",
    "pyst2": "pyst2, a thread a call",
}


class Caller(asyncio.Protocol):
    """Asterisk's side of one call: a reply for every command, until the server closes."""

    def __init__(self, done: asyncio.Future[int]) -> None:
        self._done = done
        self._commands = 0
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(ENVIRONMENT)

    def data_received(self, data: bytes) -> None:
        self._commands += 1
        self._transport.write(REPLY)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._done.done():
            self._done.set_result(self._commands)


@dataclass(slots=True)
class Server:
    """A running server and what was measured of it."""

    port: int
    pid: int
    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    round_trips: int = 0

    @property
    def processor_us(self) -> float:
        """Its own processor time for one round trip, over all rounds because the kernel counts in 10 ms."""
        return sum(self.processor) / self.round_trips * 1e6

    def processor_seconds(self) -> float:
        """User and system time of its process so far."""
        return cpu_seconds(self.pid)


@contextlib.contextmanager
def started(name: str, commands: int) -> Iterator[Server]:
    """A server in a process of its own."""
    arguments = [sys.executable, "-m", "bench.agi_servers", name, str(commands)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Server(int(process.stdout.readline()), process.pid)
        finally:
            process.kill()


async def load(port: int, calls: int, commands: int) -> float:
    """Seconds until all calls have had all their round trips."""
    loop = asyncio.get_running_loop()
    ends: list[asyncio.Future[int]] = [loop.create_future() for _ in range(calls)]
    begin = time.perf_counter()
    for end in ends:
        await loop.create_connection(lambda end=end: Caller(end), "127.0.0.1", port)  # type: ignore[misc]
    counts = await asyncio.gather(*ends)
    seconds = time.perf_counter() - begin
    if any(count != commands for count in counts):
        raise RuntimeError(f"expected {commands} commands a call, got {sorted(set(counts))}")
    return seconds


def measure(servers: dict[str, Server], calls: int, commands: int, rounds: int) -> None:
    """One round to warm up, then the rounds that count."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        for turn in range(rounds + 1):
            for server in servers.values():
                before = server.processor_seconds()
                seconds = runner.run(load(server.port, calls, commands))
                spent = server.processor_seconds() - before
                if turn:
                    server.seconds.append(seconds)
                    server.processor.append(spent)
                    server.round_trips += calls * commands


def report(servers: dict[str, Server], calls: int, commands: int) -> str:
    """The table for docs/benchmarks.md."""
    ours, floor = servers[OURS], servers[FLOOR]
    rows = [
        (
            NAMES[name],
            f"{calls * commands / statistics.median(server.seconds):,.0f}",
            f"{ratio(server.seconds, ours.seconds):.2f}",
            f"{server.processor_us:.1f}",
            f"{server.processor_us / ours.processor_us:.2f}",
            f"{floor.processor_us / server.processor_us:.2f}",
        )
        for name, server in servers.items()
    ]
    columns = (
        "server",
        "round trips/s",
        "Ringdesk ÷ it",
        "processor, µs a round trip",
        "Ringdesk ÷ it by processor",
        "it ÷ raw by processor",
    )
    return table(f"FastAGI round trips, {calls} calls at once", columns, rows)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--calls", type=int, default=50)
    options.add_argument("--commands", type=int, default=600)
    options.add_argument("--rounds", type=int, default=5)
    chosen = options.parse_args()
    with contextlib.ExitStack() as stack:
        servers = {name: stack.enter_context(started(name, chosen.commands)) for name in NAMES}
        measure(servers, chosen.calls, chosen.commands, chosen.rounds)
        print(report(servers, chosen.calls, chosen.commands))


if __name__ == "__main__":
    main()
