"""The lasting link to Asterisk: connects, logs in, delivers events, and begins again after a loss."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import structlog

from cti.ami.action import ActionReply, AmiAway, AmiError, AmiValueRefused, Ask
from cti.ami.backoff import Backoff
from cti.ami.connection import Connection, connect
from cti.ami.framing import Fields, event_name, parse
from cti.ami.state import DownReason, LinkLost, LinkReady, LinkState
from cti.settings import AmiSettings

log = structlog.get_logger(__name__)

# Events handled before other tasks get their turn; at 20 µs an event this keeps the loop busy for 2 ms.
_BATCH = 100


class _Refused(Exception):
    """The attempt came to an end that is not the connection's own loss."""

    def __init__(self, reason: DownReason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class AmiLink:
    """One AMI account's link. `run()` is a task that its owner starts in a TaskGroup and ends by cancelling.

    States and events reach the owner in the order in which they happened, from one task. While `on_state`
    works on a LinkReady (it asks for a snapshot with `action_list`), events wait in a bounded queue; when
    it fails or takes too long, the link begins again. `on_event` gets the fields of each event that is in
    `wanted`; its exceptions are logged and cost only that event.
    """

    def __init__(
        self,
        settings: AmiSettings,
        *,
        wanted: frozenset[bytes],
        on_event: Callable[[Fields], None],
        on_state: Callable[[LinkState], Awaitable[None]],
        secret: Callable[[], str] | None = None,
        skip: Callable[[bytes], bool] = lambda raw: False,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """`secret` is asked at each login, for it may be replaced; without it that of the settings counts.

        What `skip` says yes to, before it is parsed, is not delivered.
        """
        self._settings = settings
        self._secret = secret or settings.secret.get_secret_value
        self._wanted = wanted
        self._on_event = on_event
        self._skip = skip
        self._on_state = on_state
        self._backoff = Backoff(settings, jitter)
        self._connection: Connection | None = None
        self._last: LinkState | None = None
        self._heard_until: datetime | None = None

    async def action(self, fields: Ask, *, timeout_s: float | None = None) -> ActionReply:
        """Sends one action. A refusal by Asterisk is a reply, not an exception.

        Raises AmiAway, AmiBusy, AmiValueRefused (nothing was sent), AmiLost, AmiTimeout (outcome unknown).
        """
        return await self._request(fields, False, timeout_s)

    async def action_list(self, fields: Ask, *, timeout_s: float | None = None) -> ActionReply:
        """Sends an action that answers with a list; its items are in `events`. Raises as `action` does."""
        return await self._request(fields, True, timeout_s)

    async def run(self) -> None:
        """Keeps the link until cancelled."""
        while True:
            lost = await self._live_once()
            await self._report_lost(lost)
            await asyncio.sleep(self._backoff.next_delay_s(lost.reason))

    async def _request(self, ask: Ask, expects_list: bool, timeout_s: float | None) -> ActionReply:
        if self._connection is None:
            raise AmiAway(self._last.detail if isinstance(self._last, LinkLost) else "not connected yet")
        limit_s = self._settings.action_timeout_s if timeout_s is None else timeout_s
        return await self._connection.request(ask, expects_list=expects_list, timeout_s=limit_s)

    async def _live_once(self) -> LinkLost:
        """One connection from its beginning to its end."""
        address = f"{self._settings.host}:{self._settings.port}"
        try:
            connection = await connect(self._settings, self._wanted)
        except OSError as problem:
            return self._lost(DownReason.UNREACHABLE, f"AMI at {address} cannot be reached: {_why(problem)}")
        try:
            await self._serve(connection)
        except _Refused as refusal:
            connection.break_off(refusal.reason, refusal.detail)
        finally:
            self._connection = None
            connection.break_off(DownReason.CLOSED, "the link was closed")
        assert connection.loss is not None
        return self._lost(connection.loss.reason, connection.loss.detail)

    async def _serve(self, connection: Connection) -> None:
        """From the login until everything that the connection brought has been delivered."""
        await self._log_in(connection)
        listening_since = datetime.now(UTC)
        await self._until_booted(connection)
        self._connection = connection
        ready = LinkReady(datetime.now(UTC), listening_since, connection.uptime_s)
        await self._resynchronise(ready)
        began = asyncio.get_running_loop().time()
        while batch := await connection.inbox.take(_BATCH):
            for raw in batch:
                self._deliver(raw)
            await asyncio.sleep(0)
        assert connection.loss is not None
        self._heard_until = connection.loss.heard_until
        if asyncio.get_running_loop().time() - began > self._settings.retry_max_s:
            self._backoff.forget()

    async def _log_in(self, connection: Connection) -> None:
        settings = self._settings
        login = {
            "Action": "Login",
            "Username": settings.username,
            "Secret": self._secret(),
            "Events": "on",
        }
        try:
            reply = await connection.request(login, expects_list=False, timeout_s=settings.login_timeout_s)
        except AmiValueRefused as problem:
            raise _Refused(DownReason.REJECTED, f"this AMI account cannot log in: {problem}") from None
        except AmiError as problem:
            raise _Refused(DownReason.SILENT, f"Asterisk did not answer the login: {problem}") from None
        if not reply.success:
            raise _Refused(
                DownReason.REJECTED,
                f"Asterisk refused the AMI account '{settings.username}' ({reply.message}): its name or "
                "secret differs from manager.conf, or it is not permitted from this address",
            )

    async def _until_booted(self, connection: Connection) -> None:
        try:
            async with asyncio.timeout(self._settings.boot_timeout_s):
                await connection.booted_or_lost.wait()
        except TimeoutError:
            raise _Refused(
                DownReason.NOT_BOOTED,
                f"Asterisk did not say FullyBooted within {self._settings.boot_timeout_s} s: it is still "
                "starting, or the AMI account lacks read=system",
            ) from None
        if connection.loss is not None:
            raise _Refused(connection.loss.reason, connection.loss.detail)

    async def _resynchronise(self, ready: LinkReady) -> None:
        """Lets the owner compare its picture with Asterisk's; without that the link is not up."""
        try:
            async with asyncio.timeout(self._settings.resync_timeout_s):
                await self._on_state(ready)
        except (AmiError, TimeoutError) as problem:
            raise _Refused(DownReason.RESYNC_FAILED, f"resynchronising failed: {problem!r}") from None
        except Exception as problem:
            log.exception("resynchronising failed")
            raise _Refused(DownReason.RESYNC_FAILED, f"resynchronising failed: {problem!r}") from None
        self._last = ready
        log.info("AMI link up", asterisk_uptime_s=ready.uptime_s)

    def _deliver(self, raw: bytes) -> None:
        try:
            if not self._skip(raw):
                self._on_event(parse(raw))
        except Exception:
            log.exception("AMI event could not be handled", name=event_name(raw).decode("utf-8", "replace"))

    def _lost(self, reason: DownReason, detail: str) -> LinkLost:
        return LinkLost(datetime.now(UTC), reason, detail, self._heard_until)

    async def _report_lost(self, lost: LinkLost) -> None:
        """Says each reason once, however often the attempt fails for it."""
        if isinstance(self._last, LinkLost) and self._last.reason is lost.reason:
            return
        self._last = lost
        log.error("AMI link down", reason=lost.reason, detail=lost.detail)
        try:
            await self._on_state(lost)
        except Exception:
            log.exception("the report that the AMI link is down could not be handled")


def _why(problem: OSError) -> str:
    match problem:
        case TimeoutError():
            return "no answer in time"
        case ConnectionRefusedError():
            return "nothing listens there"
    return str(problem)
