"""One FastAGI connection: an asyncio protocol, and the greenlet in which the call's script runs."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol, TypeVar, cast

import structlog
from asterisk.agi import AGIException, AGIHangup, AGISIGPIPEHangup
from greenlet import getcurrent, greenlet

from ivr.agi.call import AgiCall, AgiTimeout
from ivr.agi.framing import AgiProtocolError, AgiStream, Reply
from ivr.agi.proof import without_proof
from ivr.counters import Counters

log = structlog.get_logger(__name__)

Script = Callable[[AgiCall], None]
"""What is said to a caller, from beginning to end; it runs in a greenlet of its own."""

_Value = TypeVar("_Value")


class Host(Protocol):
    """What a connection needs of its server."""

    script: Script
    counters: Counters
    environment_timeout_s: float

    def admit(self, connection: "Connection") -> bool:
        """Whether it may say whose it is."""

    def accept(self, connection: "Connection", environment: Mapping[str, str]) -> bool:
        """Whether it is a call's, and there is room for it."""

    def forget(self, connection: "Connection") -> None:
        """It is closed."""


class Connection(asyncio.Protocol):
    """Has no task, timer or greenlet of its own until the environment is complete.

    The script's greenlet is entered from the event loop and gives control back to it at each wait, so both
    live in one thread and take turns only there.
    """

    def __init__(self, host: Host, loop: asyncio.AbstractEventLoop) -> None:
        self._host = host
        self._loop = loop
        self._clock = loop.time
        self._stream = AgiStream()
        self._script: greenlet | None = None
        self._task: asyncio.Task[object] | None = None
        self._awaiting = False
        self._lost = False
        self._wire: asyncio.Transport
        self._hub: greenlet
        self.hung_up = False
        """Whether the caller or the connection has gone."""
        self.deadline = math.inf
        """When the server's sweep ends this connection; a number is cheaper than a timer for each command."""

    # ---- called by the event loop

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._wire = cast(asyncio.Transport, transport)
        if self._host.admit(self):
            self.deadline = self._clock() + self._host.environment_timeout_s
        else:
            self._wire.abort()

    def data_received(self, data: bytes) -> None:
        try:
            replies = self._stream.feed(data)
        except AgiProtocolError as error:
            self._break(str(error))
            return
        self.hung_up = self._stream.hung_up
        if self._script is None:
            if self._stream.environment is None:
                return
            if not self._host.accept(self, self._stream.environment):
                self._wire.abort()
                return
            self._begin(without_proof(self._stream.environment))
        script = self._script
        assert script is not None
        for reply in replies:
            if not self._awaiting:
                self._break("a reply that nobody asked for")
                return
            self._awaiting = False
            script.switch(reply)
        if script.dead:
            self._wire.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost = self.hung_up = True
        self._host.forget(self)
        if self._task is not None:
            self._task.cancel()
        self._throw(AGISIGPIPEHangup("the connection is lost"))

    def expire(self) -> None:
        """The deadline has passed."""
        self._host.counters.timeouts += 1
        self._wire.abort()
        self._throw(AgiTimeout("Asterisk did not answer in time"))

    def abort(self) -> None:
        """The server stops; the dialplan sends the caller to the fallback queue."""
        self._wire.abort()

    # ---- called by the script, inside its greenlet

    def exchange(self, line: bytes, patience_s: float) -> Reply:
        """Send a command; the greenlet sleeps until its reply."""
        if self._lost:
            raise AGISIGPIPEHangup("the connection is lost")
        self.deadline = self._clock() + patience_s
        self._awaiting = True
        self._wire.write(line)
        reply: Reply = self._hub.switch()
        return reply

    def wait_for(self, awaitable: Awaitable[_Value], timeout_s: float) -> _Value:
        """Let the event loop run something while the greenlet sleeps."""
        task = self._loop.create_task(_bounded(awaitable, timeout_s))
        self.deadline = math.inf
        self._task = cast("asyncio.Task[object]", task)
        task.add_done_callback(self._wake)
        self._hub.switch()
        self._task = None
        if task.cancelled():
            raise AGISIGPIPEHangup("the connection is lost")
        return task.result()

    # ---- between the two

    def _begin(self, environment: dict[str, str]) -> None:
        self.deadline = math.inf
        self._host.counters.calls += 1
        self._hub = getcurrent()
        self._script = greenlet(self._run)
        self._script.switch(AgiCall(self, environment))

    def _run(self, call: AgiCall) -> None:
        try:
            self._host.script(call)
        except AGIHangup:
            log.debug("caller hung up", channel=call.env.get("agi_channel"))
        except AGIException as error:
            log.warning("AGI failed", channel=call.env.get("agi_channel"), error=repr(error))
        except Exception:
            self._host.counters.script_faults += 1
            log.exception("AGI script failed", channel=call.env.get("agi_channel"))

    def _wake(self, task: "asyncio.Task[_Value]") -> None:
        assert self._script is not None
        self._script.switch()
        if self._script.dead:
            self._wire.close()

    def _throw(self, error: AGIException) -> None:
        if self._awaiting and self._script is not None:
            self._awaiting = False
            self._script.throw(error)

    def _break(self, reason: str) -> None:
        self._host.counters.broken_connections += 1
        log.warning("AGI connection refused", reason=reason)
        self._wire.abort()


async def _bounded(awaitable: Awaitable[_Value], timeout_s: float) -> _Value:
    async with asyncio.timeout(timeout_s):
        return await awaitable
