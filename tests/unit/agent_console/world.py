"""A whole web application over a real database, bus and floor, with a control that only writes down."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import uvicorn
from fastapi import FastAPI

from agent_console.api.common.access import COOKIE, CSRF_HEADER
from agent_console.app import UVICORN_OPTIONS, create_app
from agent_console.auth.sessions import SignedIn, teams_of
from agent_console.http import reception
from agent_console.http.guests import Places
from agent_console.services.assembly import Services
from agent_console.services.deps import ConsoleDeps
from agent_console.services.phone_line import PhoneLine
from agent_console.settings import ConsoleSettings
from cti.bus.local import LocalBus
from cti.control.commands import Command, CommandResult, Refused
from cti.domain.agent import AgentInfo
from cti.domain.delta import FloorDelta
from cti.domain.events import Event
from cti.domain.floor import Directory, Floor
from cti.domain.queue import QueueInfo
from cti.live import LiveFloor
from cti.port import LocalFloorPort
from storage.database import Database
from storage.repositories.routing import Hotlines, Queues
from storage.repositories.sign_ins import SignIns
from storage.repositories.users import Agents, Users
from storage.tables import Hotline, Queue
from tests.unit.agent_console.moments import NOON, Clock

ROOMY = Places(most=1000, waiting=1000, waiting_of_one=1000)
ORIGIN = "http://console.test"
PEOPLE = {
    "lina": ("李娜", "Li Na", "agent", "1001"),
    "wangwei": ("王伟", "Wang Wei", "agent", "1002"),
    "zhaomin": ("赵敏", "Zhao Min", "supervisor", "1003"),
    "admin": ("Admin", "", "admin", None),
}
LOGINS = dict(enumerate(PEOPLE, start=1))
"""Who has which number among the users."""
ZONE = ZoneInfo("Asia/Shanghai")


@dataclass
class FakeControl:
    """Writes commands down; refuses when told to."""

    commands: list[Command] = field(default_factory=list)
    refusal: Refused | None = None
    call_id: str | None = None

    async def execute(self, command: Command) -> CommandResult:
        self.commands.append(command)
        if self.refusal is not None:
            raise self.refusal
        return CommandResult(self.call_id)


@dataclass
class World:
    """The application and everything around it."""

    app: FastAPI
    deps: ConsoleDeps
    db: Database
    live: LiveFloor
    bus: LocalBus
    control: FakeControl
    clock: Clock
    observed: list[Event]

    @property
    def services(self) -> Services:
        services: Services = self.app.state.services
        return services

    def stranger(self, **headers: str) -> httpx.AsyncClient:
        """A browser on our page that is not signed in."""
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app), base_url=ORIGIN, headers={"Origin": ORIGIN, **headers}
        )

    async def open_session(self, login: str) -> tuple[str, SignedIn]:
        """A session made without the cost of a password."""
        sessions = self.services.sessions
        async with self.db.transaction() as session:
            user = await Users(session).by_login(login)
            assert user is not None
            token, row = sessions.open(user, address="127.0.0.1", agent_string="test")
            SignIns(session).add(row)
            teams = await teams_of(session, user)
        return token, sessions.signed_in(row, user, teams)

    async def browser(self, login: str) -> httpx.AsyncClient:
        """A browser in which this user is signed in, sending what our own page sends."""
        token, who = await self.open_session(login)
        client = self.stranger()
        client.headers[CSRF_HEADER] = who.csrf
        client.cookies.set(COOKIE, token)
        return client


async def populate(db: Database) -> None:
    """The demo's people, queues and a hotline."""
    async with db.transaction() as session:
        for login, (name, name_en, role, ext) in PEOPLE.items():
            user = await Users(session).add(
                login=login,
                name=name,
                name_en=name_en,
                password_hash="unusable",
                role=role,
                created_at=NOON,
            )
            if ext is not None:
                await Agents(session).add(extension=ext, user_id=user.id)
        for name in ("service", "sales"):
            await Queues(session).put(Queue(name=name, title_zh=name, title_en=name))
        await Hotlines(session).put(
            Hotline(number="4001", name="服务", flow="service", language="zh", fallback_queue="service")
        )


def directory() -> Directory:
    """What the floor knows of people and queues."""
    agents = {
        ext: AgentInfo(ext, number, login, name, role, name_en)
        for number, (login, (name, name_en, role, ext)) in enumerate(PEOPLE.items(), start=1)
        if ext is not None
    }
    queues = {name: QueueInfo(name, name, name) for name in ("service", "sales")}
    return Directory(agents, queues, ZONE)


def build(db: Database, folder: Path, settings: ConsoleSettings | None = None, **changes: Any) -> World:
    """The application on this database."""
    clock, bus, control = Clock(), LocalBus(), FakeControl()
    live = LiveFloor(Floor(directory(), epoch="epoch-1", now=NOON), bus)
    observed: list[Event] = []

    class Port(LocalFloorPort):
        def observe(self, event: Event) -> FloorDelta:
            observed.append(event)
            return super().observe(event)

    values: dict[str, Any] = {
        "database": db,
        # Looked up when it is asked, so that a test may break it.
        "floor": Port(live, bus, lambda command: control.execute(command), clock),
        "clock": clock,
        "health": lambda: {"status": "ok", "checks": {"database": "ok"}},
        "phone": PhoneLine(
            scheme="ws", port=8088, realm="ringdesk", password_of=lambda ext, epoch: f"secret-{ext}-{epoch}"
        ),
        "origins": frozenset({ORIGIN}),
        "recordings": folder / "recordings",
        "web_dist": folder / "dist",
        "timezone": ZONE,
        "version": "0.1.0",
        "settings": settings or ConsoleSettings(),
    }
    deps = ConsoleDeps(**{**values, **changes})
    return World(create_app(deps), deps, db, live, bus, control, clock, observed)


@contextlib.asynccontextmanager
async def running(world: World) -> AsyncIterator[World]:
    """The application's lifespan, entered and left by one task as a server does it."""
    started, stop = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with world.app.router.lifespan_context(world.app):
            started.set()
            await stop.wait()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(live())
        await started.wait()
        try:
            yield world
        finally:
            stop.set()


class Server(reception.Server):
    """A real server on a free port of the loopback interface, on the test's own event loop."""

    def __init__(self, app: Any, places: Places, **options: Any) -> None:
        super().__init__(uvicorn.Config(app, **{**UVICORN_OPTIONS, **options}), places)


@contextlib.asynccontextmanager
async def serving(
    app: Any, bound: socket.socket, places: Places = ROOMY, **options: Any
) -> AsyncIterator[Server]:
    """Serve on a socket that is bound already."""
    server = Server(app, places, **options)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(server.serve([bound]))
        await server.listening.wait()
        try:
            yield server
        finally:
            server.stop()
