"""One AMI connection, from its TCP handshake to its loss: the only module that knows panoramisk.

panoramisk 1.4 brings the client's skeleton; what is unsound in it is replaced through its own hooks. The
numbers P1 to P13 name its faults; each has a test of that name in `tests/unit/cti/ami/test_repairs.py`.

P1, P2   `Request` has a rule of its own for when an answer is complete.
P3       every message is handled in its own `try`.
P4       nothing is kept to be sent again.
P5, P13  `Framer` buffers bytes, with a limit, and decodes complete messages only.
P6       `checked` refuses what would end a line.
P7       `probe`: a Ping into silence, and an end when the silence goes on.
P8, P10  a connection is opened once; trying again is the link's business (`link.py`).
P9       every action has a time-out.
P11      an action without a connection fails at once, one cut off by a loss fails then.
P12      events go into a bounded `Inbox` that has one consumer.
"""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from panoramisk import Manager
from panoramisk.actions import Action
from panoramisk.ami_protocol import AMIProtocol
from panoramisk.message import Message

from cti.ami import action as asking
from cti.ami.framing import (
    ACTION_ID,
    EVENT,
    Fields,
    Framer,
    FramingError,
    NotAsterisk,
    event_name,
    parse,
    value_of,
)
from cti.ami.inbox import Inbox
from cti.ami.state import DownReason
from cti.settings import AmiSettings

log = structlog.get_logger(__name__)

_FULLY_BOOTED = "FullyBooted"
_SHUTDOWN = "Shutdown"
# Events that steer the link itself; they take panoramisk's way through `dispatch`, not the inbox.
_CONTROL = tuple(EVENT + name.encode() + b"\r\n" for name in (_FULLY_BOOTED, _SHUTDOWN))
_CONTROL_NAMES = frozenset(name.encode() for name in (_FULLY_BOOTED, _SHUTDOWN))


@dataclass(frozen=True, slots=True)
class Loss:
    """Why a connection ended, and when its last byte came."""

    reason: DownReason
    detail: str
    heard_until: datetime


class _Everything:
    """`forgetable_actions` of panoramisk: none is kept for a later connection (P4)."""

    def __contains__(self, name: object) -> bool:
        return True


class Request(Action):
    """An action on its way. Its text never appears in a log: it may carry a secret."""

    def __init__(self, ask: asking.Ask, *, expects_list: bool) -> None:
        super().__init__(asking.checked(ask))
        self.expects_list = expects_list
        self._items: list[Fields] = []

    def __repr__(self) -> str:
        return f"<Request {self['Action']} {self.id}>"

    def add_message(self, message: Message) -> bool:
        """Takes the response; True when there is nothing more to come (P1, P2)."""
        self.responses.append(message)
        return self._settle(not self.expects_list or not message.success)

    def add_item(self, fields: Fields) -> bool:
        """Takes one event of the list that was asked for; True when it was the closing one."""
        closing = fields.get("EventList", "").lower() in ("complete", "cancelled")
        if not closing:
            self._items.append(fields)
        return self._settle(closing)

    def reply(self) -> asking.ActionReply:
        """The complete answer as plain values."""
        response = self.responses[0]
        return asking.ActionReply(response.success, response.message, _plain(response), tuple(self._items))

    def _settle(self, complete: bool) -> bool:
        if complete and not self.future.done():
            self.future.set_result(None)
        return complete


def _plain(message: Message) -> Fields:
    # "content" is panoramisk's own addition to the headers.
    return {key: value for key, value in message.items() if key != "content"}


class _Manager(Manager):
    """panoramisk's client without its own ideas of connecting again, sending again and pinging."""

    def connection_made(self, f: asyncio.Task[Any]) -> None:
        """Hears of connections that stand; after a failure panoramisk would try again by itself (P8, P10)."""
        if not f.cancelled() and f.exception() is None:
            super().connection_made(f)

    def send_awaiting_actions(self, *_: Any) -> None:
        """Nothing is ever sent again (P4)."""

    def ping(self) -> None:
        """Looks after the connection and comes back when the next look is due (P7)."""
        connection = self.protocol
        if isinstance(connection, Connection) and connection.loss is None and self.loop is not None:
            delay = connection.probe()
            self.pinger = None if connection.loss else self.loop.call_later(delay, self.ping)


class Connection(AMIProtocol):
    """A connection to Asterisk. Opened with `connect`; of no more use once `loss` is set."""

    def __init__(self, settings: AmiSettings, wanted: frozenset[bytes]) -> None:
        self.inbox = Inbox(settings.max_queued_events)
        self.loss: Loss | None = None
        self.uptime_s: int | None = None
        self._settings = settings
        self._framer = Framer(wanted | _CONTROL_NAMES, max_bytes=settings.max_message_bytes)
        self._wanted = wanted
        self._loop = asyncio.get_running_loop()
        self._heard_at = self._loop.time()
        self._unanswered_since: float | None = None
        self._greeted = False
        self.booted_or_lost = asyncio.Event()

    async def request(self, ask: asking.Ask, *, expects_list: bool, timeout_s: float) -> asking.ActionReply:
        """Asks Asterisk and waits for the complete answer. Raises the errors of `action.py`."""
        if self.loss is not None:
            raise asking.AmiAway(self.loss.detail)
        if len(self.responses) >= self._settings.max_actions_in_flight:
            raise asking.AmiBusy(f"{len(self.responses)} actions wait for their answers")
        request = Request(ask, expects_list=expects_list)
        self.send(request)
        try:
            async with asyncio.timeout(timeout_s):
                await request.future
        except TimeoutError:
            # It stays among the pending ones, so that a late answer is still recognised and dropped.
            raise asking.AmiTimeout(f"no answer to {ask['Action']} within {timeout_s} s") from None
        return request.reply()

    def break_off(self, reason: DownReason, detail: str) -> None:
        """Ends the connection for good; only the first reason counts."""
        if self.loss is not None:
            return
        silence = timedelta(seconds=self._loop.time() - self._heard_at)
        self.loss = Loss(reason, detail, datetime.now(UTC) - silence)
        for request in self.responses.values():
            if not request.future.done():
                request.future.set_exception(asking.AmiLost(f"{request['Action']}: {detail}"))
        self.inbox.close()
        self.booted_or_lost.set()
        if self.factory is not None and self.factory.pinger is not None:
            self.factory.pinger.cancel()
        # Not close(): that would wait until a peer that is gone has read what is still to be written.
        self.transport.abort()
        self.close()

    def probe(self) -> float:
        """Pings into silence, ends a connection that stays silent; seconds until the next look (P7)."""
        now, settings = self._loop.time(), self._settings
        if self._unanswered_since is not None:
            patience = self._unanswered_since + settings.pong_timeout_s - now
            if patience <= 0:
                self.break_off(
                    DownReason.SILENT, f"Asterisk has not answered a Ping for {settings.pong_timeout_s} s"
                )
            return min(patience, settings.idle_ping_s)
        quiet_until = self._heard_at + settings.idle_ping_s
        if quiet_until > now:
            return quiet_until - now
        self._unanswered_since = now
        ping = Request({"Action": "Ping"}, expects_list=False)
        ping.future.cancel()
        self.send(ping)
        return min(settings.pong_timeout_s, settings.idle_ping_s)

    def send(self, data: Action, as_list: bool | None = False) -> asyncio.Future[Any]:
        """Writes one request; `request` has made sure that there is a connection (P11)."""
        self.responses[data.id] = data
        self.transport.write(str(data).encode())
        return data.future

    def data_received(self, data: bytes) -> None:
        """What asyncio read from the socket, cut anywhere."""
        self._heard_at = self._loop.time()
        self._greeted = True
        # Not told by comparing times: uvloop's clock stands still for a millisecond, an answer is faster.
        self._unanswered_since = None
        try:
            messages = self._framer.feed(data, replies_expected=bool(self.responses))
        except FramingError as problem:
            strange = isinstance(problem, NotAsterisk)
            self.break_off(DownReason.NOT_ASTERISK if strange else DownReason.GARBLED, str(problem))
            return
        for raw in messages:
            try:
                self._take(raw)
            except Exception:
                log.exception("AMI message could not be handled", length=len(raw))
            if self.loss is not None:
                return

    def _take(self, raw: bytes) -> None:
        if not raw.startswith(EVENT) or raw.startswith(_CONTROL):
            self.handle_message(Message(parse(raw)))
        elif self.responses and ACTION_ID in raw:
            self._take_marked(raw)
        else:
            self._queue(raw)

    def _take_marked(self, raw: bytes) -> None:
        """An event with an ActionID: an item of a list or, as OriginateResponse is, a fact like any other."""
        request = self.responses.get(value_of(raw, ACTION_ID))
        if isinstance(request, Request) and request.expects_list:
            if request.add_item(parse(raw)):
                del self.responses[request.id]
        elif event_name(raw) in self._wanted:
            self._queue(raw)

    def _queue(self, raw: bytes) -> None:
        if not self.inbox.offer(raw):
            self.break_off(DownReason.OVERFLOW, f"{len(self.inbox)} events wait to be handled")

    def connection_lost(self, exc: Exception | Message | None) -> None:
        """Told by asyncio, or by panoramisk on seeing Asterisk's event Shutdown."""
        if isinstance(exc, Message):
            self.break_off(DownReason.SHUTDOWN, "Asterisk is shutting down")
        elif not self._greeted:
            self.break_off(
                DownReason.TURNED_AWAY,
                "Asterisk turned the connection away without a word: too many others to its manager "
                "interface have not signed in",
            )
        else:
            self.break_off(DownReason.CLOSED, f"Asterisk closed the connection ({exc or 'end of file'})")

    def has_booted(self, uptime: str) -> None:
        """Asterisk said FullyBooted; `uptime` in seconds as it wrote it."""
        self.uptime_s = int(uptime) if uptime.isdigit() else None
        self.booted_or_lost.set()


async def connect(settings: AmiSettings, wanted: frozenset[bytes]) -> Connection:
    """Opens a connection, without logging in. Raises OSError, TimeoutError included."""
    manager = _Manager(
        host=settings.host,
        port=settings.port,
        loop=asyncio.get_running_loop(),
        protocol_factory=lambda: Connection(settings, wanted),
        forgetable_actions=_Everything(),
    )
    manager.ping_delay = settings.idle_ping_s
    manager.register_event(_FULLY_BOOTED, _on_fully_booted)
    async with asyncio.timeout(settings.connect_timeout_s):
        _, connection = await manager.connect()
    assert isinstance(connection, Connection)
    return connection


def _on_fully_booted(manager: Manager, event: Message) -> None:
    if isinstance(manager.protocol, Connection):
        manager.protocol.has_booted(event.uptime)
