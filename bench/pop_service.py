"""The real service in a home folder of its own, with as many users as a measurement needs."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from agent_console.auth.sessions import Sessions
from agent_console.settings import SignInSettings
from bench.past_calls import load_past_calls
from office.audit import Actor
from ringdesk.demo.load import load_demo
from ringdesk.demo.office import DEMO_LOGINS
from storage.database import Database
from storage.repositories.sign_ins import SignIns
from storage.repositories.users import Agents, Users
from tests.support.ports import free_ports

SECRET = "bench"
_NO_PASSWORD = "$argon2id$unused"


@dataclass(frozen=True, slots=True)
class Seat:
    """A user who is signed in; `extension` is None for a supervisor without a phone."""

    extension: str | None
    token: str


async def prepare(home: Path, agents: int, supervisors: int) -> list[Seat]:
    """A database with the demo, more agents, and a sign-in for everyone."""
    database = Database(f"sqlite:///{home / 'ringdesk.db'}")
    await database.migrate()
    hashes = dict.fromkeys(DEMO_LOGINS, _NO_PASSWORD)
    await load_demo(database, hashes, now=datetime.now(UTC), by=Actor(account="bench"))
    try:
        await _add_users(database, agents, supervisors)
        return await _sign_in_all(database)
    finally:
        await database.close()


async def prepare_past(home: Path, calls: int) -> list[Seat]:
    """A database with so many past calls of the last weeks, a supervisor, and a sign-in for everyone."""
    database = Database(f"sqlite:///{home / 'ringdesk.db'}")
    await database.migrate()
    try:
        await load_past_calls(database, calls, datetime.now(UTC).replace(microsecond=0), days=90)
        await _add_users(database, agents=0, supervisors=1)
        return await _sign_in_all(database)
    finally:
        await database.close()


async def _add_users(database: Database, agents: int, supervisors: int) -> None:
    async with database.transaction() as session:
        taken = {agent.extension for agent in await Agents(session).all()}
        extensions = [str(1001 + n) for n in range(agents)]
        for extension in [*extensions, *[""] * supervisors]:
            if extension in taken:
                continue
            number = len(await Users(session).all())
            user = await Users(session).add(
                login=f"u{number}",
                name=f"User {number}",
                password_hash=_NO_PASSWORD,
                role="agent" if extension else "supervisor",
                created_at=datetime.now(UTC),
            )
            if extension:
                await Agents(session).add(extension=extension, user_id=user.id)


async def _sign_in_all(database: Database) -> list[Seat]:
    sessions = Sessions(database, SignInSettings(), lambda: datetime.now(UTC))
    seats = []
    async with database.transaction() as session:
        for user in await Users(session).all():
            token, row = sessions.open(user, address="127.0.0.1", agent_string="bench")
            SignIns(session).add(row)
            seats.append(Seat(user.agent.extension if user.agent else None, token))
    return seats


@asynccontextmanager
async def running(*command: str, **environment: str) -> AsyncIterator[int]:
    """A program of this project in a process of its own; ended with the block. Gives its process id."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, env={**os.environ, **environment}, start_new_session=True
    )
    try:
        yield process.pid
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.wait()


def serving(home: Path, port: int, ami_port: int, **more: str) -> AbstractAsyncContextManager[int]:
    """`ringdesk serve` in this home folder; gives its process id."""
    return running(
        "-m",
        "ringdesk",
        "serve",
        RINGDESK_HOME=str(home),
        RINGDESK_PORT=str(port),
        RINGDESK_LOG_LEVEL="warning",
        RINGDESK_AMI__PORT=str(ami_port),
        RINGDESK_AMI__SECRET=SECRET,
        RINGDESK_ASTERISK__AGI_PORT=str(free_ports(1)[0]),
        **more,
    )
