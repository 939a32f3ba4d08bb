"""The parts of the web application, built once from its dependencies and kept with the running app."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import HTTPConnection

from agent_console.auth.passwords import Passwords
from agent_console.auth.sessions import Sessions
from agent_console.auth.sign_in import FrontDesk
from agent_console.auth.throttle import Allowance, Throttle
from agent_console.gateway.hub import Hub
from agent_console.http.origins import Origins
from agent_console.services.audit import verdict
from agent_console.services.deps import ConsoleDeps
from agent_console.services.long_reads import LongReads
from agent_console.services.noted_once import NotedOnce
from agent_console.services.session_check import StoredSessions
from office.audit import AuditTrail
from storage.away import AWAY

log = structlog.get_logger(__name__)

FLUSH_SECONDS = 30.0
PAUSE_AFTER_FAILURE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Services:
    """What the routes work with."""

    deps: ConsoleDeps
    origins: Origins
    passwords: Passwords
    sessions: Sessions
    front_desk: FrontDesk
    hub: Hub
    noted_once: NotedOnce
    audit: AuditTrail
    test_calls: Allowance
    dials: Allowance
    long_reads: LongReads

    @classmethod
    def build(cls, deps: ConsoleDeps) -> "Services":
        """Put the parts together."""
        sign_in = deps.settings.sign_in
        passwords = Passwords(at_once=sign_in.hashes_at_once, waiting=sign_in.hashes_waiting)
        sessions = Sessions(deps.database.desk, sign_in, deps.clock, deps.phone.password_of)
        audit = AuditTrail(deps.database.desk, deps.clock, verdict)
        return cls(
            deps=deps,
            origins=Origins(deps.origins),
            passwords=passwords,
            sessions=sessions,
            front_desk=FrontDesk(deps.database.desk, passwords, sessions, Throttle(sign_in), audit),
            hub=Hub(
                floor=deps.floor,
                sessions=StoredSessions(sessions),
                settings=deps.settings.gateway,
                clock=deps.clock,
            ),
            noted_once=NotedOnce(),
            audit=audit,
            test_calls=Allowance(deps.settings.test_calls_per_user),
            dials=Allowance(deps.settings.dials_per_user),
            long_reads=LongReads(),
        )

    @asynccontextmanager
    async def listing(self, user_id: int) -> AsyncIterator[AsyncSession]:
        """A session for what may read much, when it is this user's turn. Raises Problem, TookTooLong."""
        async with self.long_reads.turn(user_id), self.deps.database.lists.session() as session:
            yield session

    async def keep_running(self, name: str, part: Callable[[], Awaitable[None]]) -> None:
        """Run a part until cancelled; after an error nobody foresaw it begins again."""
        while True:
            try:
                await part()
            except Exception:
                log.exception("part_failed", part=name)
            await asyncio.sleep(PAUSE_AFTER_FAILURE_SECONDS)

    async def keep_sessions(self) -> None:
        """Write down now and then which sessions were used, until cancelled."""
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            await self.flush_sessions()

    async def flush_sessions(self) -> None:
        """Write down which sessions were used; a database that is away signs nobody out."""
        try:
            await self.sessions.flush()
        except AWAY as problem:
            log.warning("use_of_sessions_not_written", problem=repr(problem))


def attach(app: FastAPI, services: Services) -> None:
    """Keep the parts with the app."""
    app.state.services = services


def services_of(connection: HTTPConnection) -> Services:
    """The parts that serve this request or websocket."""
    services: Services = connection.app.state.services
    return services
