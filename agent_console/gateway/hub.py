"""The hub: follows the floor and spreads each change to the consoles that may see it."""

import asyncio
import time
from collections.abc import Callable, Collection, Hashable, Mapping
from datetime import datetime
from typing import Protocol

import structlog

from agent_console.gateway import protocol
from agent_console.gateway.audience import Audience
from agent_console.gateway.phones import Phones
from agent_console.gateway.picture import Picture
from agent_console.gateway.protocol import ClientMessage, CloseCode, CloseConnection
from agent_console.gateway.session import Session
from agent_console.gateway.visibility import Viewer
from agent_console.settings import GatewaySettings
from cti.bus.following import following
from cti.bus.topics import PHONE
from cti.domain.events import ConsoleClosed, ConsoleOpened, Source
from cti.domain.views import AgentView, CallView
from cti.port import FloorPort
from cti.replica import following_floor

log = structlog.get_logger(__name__)

TICK_SECONDS = 1.0
ENDINGS = {"new_password": CloseCode.PASSWORD_CHANGED, "deactivated": CloseCode.DEACTIVATED}
PHONE_BACKLOG = 1000


class CannotTell(Exception):
    """It is not known now whether sign-ins still hold."""


class SessionCheck(Protocol):
    """Whether sign-ins still hold, and by which terms. Both raise CannotTell."""

    async def still_valid(self, token_hashes: Collection[str]) -> Mapping[str, Hashable]:
        """The terms of those sessions that are neither revoked nor expired; counts as use of them."""

    async def why_ended(self, user_id: int, since: datetime) -> str:
        """Why a session that held at `since` does not hold any more, as `ENDINGS` names it."""


class Hub:
    """All live connections of this process. Everything runs on the event loop's thread."""

    def __init__(
        self,
        *,
        floor: FloorPort,
        sessions: SessionCheck,
        settings: GatewaySettings,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._floor = floor
        self._check = sessions
        self._settings = settings
        self._clock = clock
        self._monotonic = monotonic
        self._picture = Picture(history=settings.history_steps)
        self._audiences: dict[Viewer, Audience] = {}
        self._sessions: set[Session] = set()
        self._phones = Phones(floor.observe)
        self._changed = asyncio.Event()
        self.ready = asyncio.Event()

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._follow_floor())
            tasks.create_task(self._spread_changes())
            tasks.create_task(self._deliver_phone_orders())
            tasks.create_task(self._keep_time())
            tasks.create_task(self._keep_checking())

    # Connections -------------------------------------------------------------------------------------------

    def admit(self, session: Session) -> None:
        """Take a connection in; it gets nothing before its hello. Raises CloseConnection for one too many."""
        own = sum(other.user_id == session.user_id for other in self._sessions)
        if own >= self._settings.connections_per_user:
            raise CloseConnection(CloseCode.TOO_MANY, "too many consoles of one user")
        if len(self._sessions) >= self._settings.connections:
            raise CloseConnection(CloseCode.TOO_MANY, "too many consoles")
        self._sessions.add(session)

    def greet(self, session: Session, hello: protocol.Hello) -> None:
        """Show the picture, or what is missing of it, and follow from there."""
        viewer, now = session.viewer, self._clock()
        self.spread()
        missing = None
        if hello.resume is not None:
            missing = self._picture.since(viewer, hello.resume.epoch, hello.resume.seq, now)
        session.offer(missing if missing is not None else self._picture.snapshot(viewer, now))
        if viewer not in self._audiences:
            self._audiences[viewer] = Audience(viewer, self._picture)
        self._audiences[viewer].listeners.add(session)
        if self._phones.joined(session) and viewer.ext is not None:
            self._floor.observe(ConsoleOpened(at=now, source=Source.SERVICE, agent=viewer.ext))

    def heard(self, session: Session, message: ClientMessage) -> None:
        """Act on what a console says."""
        match message:
            case protocol.PhoneReport():
                self._phones.reported(session, message, self._clock())
            case protocol.Seen():
                log.info("pop_seen", call=message.call, agent=session.viewer.ext)

    def leave(self, session: Session) -> None:
        """The connection is gone."""
        self._sessions.discard(session)
        audience = self._audiences.get(session.viewer)
        if audience is not None:
            audience.listeners.discard(session)
            if not audience.listeners:
                del self._audiences[session.viewer]
        last = self._phones.left(session)
        # A service that stops closes every console; that says nothing about the agents.
        if last and not session.is_shut_down and session.viewer.ext is not None:
            self._floor.observe(
                ConsoleClosed(at=self._clock(), source=Source.SERVICE, agent=session.viewer.ext)
            )

    def revoke(self, token_hash: str) -> None:
        """Close the connections of a sign-in that ended."""
        for session in list(self._sessions):
            if session.token_hash == token_hash:
                session.close(CloseCode.NOT_SIGNED_IN, "signed out")

    # What is known now -------------------------------------------------------------------------------------

    def agent(self, ext: str) -> AgentView | None:
        """The agent as every console shows them."""
        return self._picture.agents.get(ext)

    def call(self, call_id: str) -> CallView | None:
        """A call that is on the floor, or was until a few minutes ago."""
        return self._picture.calls.get(call_id)

    # Floor -------------------------------------------------------------------------------------------------

    async def _follow_floor(self) -> None:
        backlog = self._settings.floor_backlog
        deltas = following_floor(self._floor, self._picture, capacity=backlog, start=self._begin_anew)
        async for _ in deltas:
            self._changed.set()

    def _begin_anew(self) -> None:
        now = self._clock()
        for audience in self._audiences.values():
            audience.refresh()
            frame = self._picture.snapshot(audience.viewer, now)
            for session in audience.listeners:
                session.offer(frame)
        self.ready.set()

    async def _spread_changes(self) -> None:
        """Tell in one delta what waits, be it one event or the hundred of a busy moment."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            self.spread()

    def spread(self) -> None:
        """Tell every console what it has not heard yet."""
        step = self._picture.take_step()
        if step is None:
            return
        # Whom it concerns hears it first: the agent whose phone rings does not wait for two hundred others.
        for audience in sorted(self._audiences.values(), key=lambda it: it.viewer.ext not in step.agents):
            audience.follow(step)

    async def _deliver_phone_orders(self) -> None:
        async for order in following(self._floor, PHONE, capacity=PHONE_BACKLOG):
            if not self._phones.order(order.agent, order.do, order.call_id):
                log.warning("nobody_has_the_phone", agent=order.agent, do=order.do)

    # Time --------------------------------------------------------------------------------------------------

    async def _keep_time(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            self.tick()

    def tick(self) -> None:
        """Let every connection look at the clock."""
        now = self._monotonic()
        for session in list(self._sessions):
            session.tick(now)

    async def _keep_checking(self) -> None:
        while True:
            await asyncio.sleep(self._settings.session_check_seconds)
            await self.check_sessions()

    async def check_sessions(self) -> None:
        """Close who is not signed in, or has other rights now. Nobody is closed while that cannot be told."""
        sessions = list(self._sessions)
        now = self._clock()
        try:
            valid = await self._check.still_valid({s.token_hash for s in sessions})
            for session in sessions:
                if session.token_hash not in valid:
                    why = await self._check.why_ended(session.user_id, session.opened_at)
                    session.close(ENDINGS.get(why, CloseCode.NOT_SIGNED_IN), "the session has ended")
                elif valid[session.token_hash] != session.terms:
                    session.close(CloseCode.TERMS_CHANGED, "ask for the session again and come back")
        except CannotTell as problem:
            log.warning("sessions_not_checked", problem=repr(problem))
        for session in sessions:
            if session.expires_at <= now:
                session.close(CloseCode.NOT_SIGNED_IN, "the session has ended")
