"""A web server whose connections are counted when they are accepted, before anybody has said a word.

Uvicorn hears of a connection after its TLS handshake, and asyncio waits a minute for one. So the listening
socket is ours, and each connection that is let in is given to uvicorn's protocol.
"""

import asyncio
import contextlib
import errno
import socket
import ssl
from collections.abc import Callable, Iterator
from typing import Any, cast

import structlog
import uvicorn

from agent_console.http.guests import Guest, Guests, Places
from agent_console.http.wire import BoundedHttp

log = structlog.get_logger(__name__)

HANDSHAKE_SECONDS = 5.0
_BACKLOG = 256
# So many are taken from the queue before others get their turn.
_AT_ONCE = 32
_PAUSE_SECONDS = 0.1
# Nothing is wrong with the listening socket; somebody has to leave first.
_OUT_OF_ROOM = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


class Reception:
    """Accepts on one listening socket. Has the part of `asyncio.Server` that uvicorn needs."""

    def __init__(
        self,
        bound: socket.socket,
        make: Callable[[], asyncio.Protocol],
        tls: ssl.SSLContext | None,
        places: Places,
    ) -> None:
        self.guests = Guests(places)
        self._socket = bound
        self._make = make
        self._tls = tls
        self._loop = asyncio.get_running_loop()
        self._arriving: set[asyncio.Task[None]] = set()
        self._pause: asyncio.TimerHandle | None = None

    def open(self) -> None:
        """Begin to listen. Raises OSError."""
        self._socket.setblocking(False)
        self._socket.listen(_BACKLOG)
        self._loop.add_reader(self._socket, self._accept)

    def close(self) -> None:
        """Nobody comes in any more; who is inside stays until uvicorn says goodbye."""
        if self._pause is not None:
            self._pause.cancel()
        self._loop.remove_reader(self._socket)
        self._socket.close()
        for task in self._arriving:
            task.cancel()

    async def wait_closed(self) -> None:
        """Nobody is on the way in any more."""
        await asyncio.gather(*self._arriving, return_exceptions=True)

    def _accept(self) -> None:
        for _ in range(_AT_ONCE):
            try:
                arrived, address = self._socket.accept()
            except (BlockingIOError, InterruptedError):
                return
            except ConnectionAbortedError:
                continue
            except OSError as problem:
                self._out_of_room(problem)
                return
            self._let_in(arrived, str(address[0]))

    def _out_of_room(self, problem: OSError) -> None:
        """Looks again after a moment: the newcomer stays in the kernel's queue and would wake us at once."""
        if problem.errno not in _OUT_OF_ROOM:
            raise problem
        log.warning("no room for a connection", problem=str(problem), inside=len(self.guests))
        self.guests.make_room()
        self._loop.remove_reader(self._socket)
        self._pause = self._loop.call_later(_PAUSE_SECONDS, self._loop.add_reader, self._socket, self._accept)

    def _let_in(self, arrived: socket.socket, address: str) -> None:
        task: asyncio.Task[None] | None = None

        def turn_round() -> None:
            if task is not None:
                task.cancel()

        guest = self.guests.admit(address, turn_round)
        if guest is None:
            arrived.close()
            return
        task = self._loop.create_task(self._bring_in(arrived, guest))
        self._arriving.add(task)
        task.add_done_callback(self._arriving.discard)

    async def _bring_in(self, arrived: socket.socket, guest: Guest) -> None:
        """Up to the end of the handshake; then the protocol has the connection and the guest."""
        protocol = self._make()
        cast(BoundedHttp, protocol).guest = guest
        tls: dict[str, Any] = {} if self._tls is None else {"ssl_handshake_timeout": HANDSHAKE_SECONDS}
        try:
            arrived.setblocking(False)
            await self._loop.connect_accepted_socket(lambda: protocol, arrived, ssl=self._tls, **tls)
        except OSError:  # gone, or no handshake in time, or none that we understand
            guest.leave()
            arrived.close()
        except BaseException:
            guest.leave()
            arrived.close()
            raise


class Server(uvicorn.Server):
    """Uvicorn with a reception, inside our own event loop: it leaves signals to the service."""

    def __init__(self, config: uvicorn.Config, places: Places) -> None:
        super().__init__(config)
        self._places = places
        self.reception: Reception | None = None
        self.listening = asyncio.Event()
        self._told_to_stop = asyncio.Event()

    def stop(self) -> None:
        """End, after a goodbye to everyone."""
        self.should_exit = True
        self._told_to_stop.set()

    async def main_loop(self) -> None:
        """What uvicorn does once a second. Its own loop asks ten times a second whether it shall stop."""
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await self._told_to_stop.wait()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leaves signals alone."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts the application, then listens. `sockets` are bound already, or there are none."""
        bound = sockets[0] if sockets else _bound(str(self.config.host), self.config.port)
        await super().startup(sockets=[])
        config, state = self.config, self.server_state
        self.reception = Reception(
            bound,
            lambda: config.http_protocol_class(  # type: ignore[call-arg]
                config=config, server_state=state, app_state=self.lifespan.state
            ),
            config.ssl,
            self._places,
        )
        self.reception.open()
        self.servers.append(cast(asyncio.Server, self.reception))
        self.listening.set()


def _bound(host: str, port: int) -> socket.socket:
    """Raises OSError when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
    except BaseException:
        bound.close()
        raise
    return bound
