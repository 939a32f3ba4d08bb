"""The FastAGI servers compared: python -m bench.agi_servers NAME COMMANDS prints its port and serves.

Each speaks the same prompt COMMANDS times to every caller and closes.
"""

import asyncio
import io
import logging
import signal
import socketserver
import sys
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import cast

import asterisk.agi
import structlog
import uvloop
from panoramisk import fast_agi

from ivr.agi.call import AgiCall
from ivr.agi.server import AgiServer

PROMPT = "ringdesk/zh/service-main_menu"
KEYS = "0123456789*#"
COMMAND = f'STREAM FILE {PROMPT} "{KEYS}" 0\n'.encode()


def ringdesk(commands: int) -> Callable[[], Awaitable[int]]:
    """Ours, through pyst2's vocabulary."""

    def script(call: AgiCall) -> None:
        for _ in range(commands):
            call.stream_file(PROMPT, KEYS)

    async def start() -> int:
        server = AgiServer(script)
        await server.start()
        return server.port

    return start


class RawCall(asyncio.Protocol):
    """The floor of cost: a constant command for each line, nothing parsed, nothing checked."""

    def __init__(self, commands: int) -> None:
        self._left = commands + 1  # the first line is the environment's end
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._left -= 1
        if self._left:
            self._transport.write(COMMAND)
        else:
            self._transport.close()


def raw(commands: int) -> Callable[[], Awaitable[int]]:
    """A bare asyncio protocol."""

    async def start() -> int:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: RawCall(commands), "127.0.0.1", 0, backlog=1024)
        return cast(int, server.sockets[0].getsockname()[1])

    return start


def panoramisk(commands: int) -> Callable[[], Awaitable[int]]:
    """panoramisk's own server."""
    text = COMMAND.decode().rstrip()

    async def script(request: fast_agi.Request) -> None:
        for _ in range(commands):
            await request.send_command(text)

    async def start() -> int:
        application = fast_agi.Application(loop=asyncio.get_running_loop())
        application.add_route("hotline", script)
        server = await asyncio.start_server(application.handler, "127.0.0.1", 0, backlog=1024)
        return cast(int, server.sockets[0].getsockname()[1])

    return start


def pyst2(commands: int) -> None:
    """pyst2's AGI, a thread a call, as its module fastagi is meant; that one does not import on Python 3.

    Its constructor installs a signal handler, which only the main thread may: that is patched away here.
    """
    asterisk.agi.signal = SimpleNamespace(signal=lambda *_: None, SIGHUP=signal.SIGHUP)  # type: ignore[attr-defined]

    class Nowhere(io.TextIOBase):
        def write(self, text: str) -> int:
            return len(text)

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            with self.request.makefile("w") as out:
                agi = asterisk.agi.AGI(stdin=self.rfile, stdout=out, stderr=Nowhere())  # type: ignore[call-arg]
                for _ in range(commands):
                    agi.stream_file(PROMPT, KEYS)

    class Server(socketserver.ThreadingTCPServer):
        request_queue_size = 1024
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        print(server.server_address[1], flush=True)
        server.serve_forever()


SERVERS = {"ringdesk": ringdesk, "raw": raw, "panoramisk": panoramisk}


async def _serve(start: Callable[[], Awaitable[int]]) -> None:
    print(await start(), flush=True)
    await asyncio.Event().wait()


def main() -> None:
    """`pyst2`, or one of the others with `@asyncio` or `@uvloop`."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    name, _, loop = sys.argv[1].partition("@")
    commands = int(sys.argv[2])
    if name == "pyst2":
        pyst2(commands)
        return
    factory = uvloop.new_event_loop if loop == "uvloop" else asyncio.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(_serve(SERVERS[name](commands)))


if __name__ == "__main__":
    main()
