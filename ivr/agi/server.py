"""The FastAGI server: listens, bounds the number of calls, and ends connections that fell silent.

Asterisk says at once who it is. A connection that has not done so may be any program of this machine; when
there are too many of them, the oldest makes room, so that a crowd which says nothing keeps no caller out.
"""

import asyncio
from collections.abc import Callable, Mapping

import structlog

from ivr.agi.connection import Connection, Script
from ivr.agi.proof import proves
from ivr.counters import Counters

log = structlog.get_logger(__name__)

SWEEP_EVERY_S = 0.5
_CLOSING_S = 5.0


class AgiServer:
    """Runs `script` for each call, in one event loop."""

    def __init__(
        self,
        script: Script,
        *,
        secret: Callable[[], str] | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        max_calls: int = 1000,
        max_waiting: int = 256,
        environment_timeout_s: float = 5.0,
        counters: Counters | None = None,
    ) -> None:
        """`secret` is asked for each call, for it may be replaced. Without it any connection is a call's, for
        tests and measurements only.

        `max_waiting` connections may not have proved yet to be Asterisk's, which does so within milliseconds.
        """
        self.script = script
        self._secret = secret
        self.counters = counters or Counters()
        self.environment_timeout_s = environment_timeout_s
        self._host = host
        self._port = port
        self._max_calls = max_calls
        self._max_waiting = max_waiting
        self._connections: set[Connection] = set()
        self._waiting: dict[Connection, None] = {}
        self._server: asyncio.Server | None = None
        self._sweeper: asyncio.TimerHandle | None = None
        self._takes_calls = False
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def port(self) -> int:
        """The port it listens on, also when 0 was asked for."""
        return self._port

    @property
    def calls(self) -> int:
        """Calls served now."""
        return len(self._connections)

    async def start(self) -> None:
        """Listen; raises OSError when the port is taken."""
        loop = asyncio.get_running_loop()
        self._takes_calls = True
        # As many may be accepted in one go before any of them is heard: a burst must not drive out a caller.
        backlog = max(1, self._max_waiting // 2)
        self._server = await loop.create_server(
            lambda: Connection(self, loop), self._host, self._port, backlog=backlog
        )
        self._port = self._server.sockets[0].getsockname()[1]
        self._sweeper = loop.call_later(SWEEP_EVERY_S, self._sweep, loop)
        log.info("FastAGI server listens", host=self._host, port=self._port)

    async def stop(self) -> None:
        """End all calls: Asterisk takes their callers to the fallback queue."""
        if self._server is None:
            return
        self._takes_calls = False
        self._server.close()
        if self._sweeper is not None:
            self._sweeper.cancel()
        for connection in (*self._waiting, *self._connections):
            connection.abort()
        async with asyncio.timeout(_CLOSING_S):
            await self._idle.wait()
        self._server = None

    def admit(self, connection: Connection) -> bool:
        """Called by a new connection, which may have been on its way when the server began to stop."""
        if not self._takes_calls:
            self.counters.refused_connections += 1
            return False
        if len(self._waiting) >= self._max_waiting:  # whoever has been silent for longest makes room
            oldest = next(iter(self._waiting))
            del self._waiting[oldest]
            oldest.abort()
        self._waiting[connection] = None
        self._idle.clear()
        return True

    def accept(self, connection: Connection, environment: Mapping[str, str]) -> bool:
        """Called when it is known whose connection it is: whether it is a call, and there is room for it."""
        self._waiting.pop(connection, None)
        ours = self._secret is None or proves(self._secret(), environment)
        if not ours or len(self._connections) >= self._max_calls:
            self.counters.refused_connections += 1
            log.warning("AGI connection refused", reason="no room" if ours else "not from our Asterisk")
            return False
        self._connections.add(connection)
        return True

    def forget(self, connection: Connection) -> None:
        """Called by a closed connection, also by one that was not admitted."""
        self._waiting.pop(connection, None)
        self._connections.discard(connection)
        if not self._connections and not self._waiting:
            self._idle.set()

    def _sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for connection in (*self._waiting, *self._connections):
            if connection.deadline <= now:
                connection.expire()
        self._sweeper = loop.call_later(SWEEP_EVERY_S, self._sweep, loop)
