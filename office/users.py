"""Adds users, changes their passwords and lists them: what `ringdesk users` does."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from office.audit import Act, Actor, AuditTrail, Result, failure
from office.passwords import hash_password
from office.rules import people
from office.rules.discretion import hinted_login
from office.rules.passwords import password_problem
from office.rules.people import PhoneChange, Role
from storage.database import Database
from storage.repositories.routing import Memberships, Queues
from storage.repositories.sign_ins import SignIns
from storage.repositories.users import Agents, Users
from storage.tables import User


class UserProblem(ValueError):
    """What was asked cannot be done; the text says why, and `code` says so without naming anybody."""

    def __init__(self, text: str, code: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True)
class NewUser:
    """A user to add. An agent without `extension` gets the next free one, without `queues` serves all.

    Without `language` the console speaks that of the browser until the user chooses one.
    """

    login: str
    name: str
    role: Role
    password: str = field(repr=False)
    name_en: str = ""
    language: str = ""
    extension: str | None = None
    queues: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class ListedUser:
    """One line of the list."""

    login: str
    name: str
    role: str
    extension: str | None
    queues: tuple[str, ...]
    active: bool


async def add_user(database: Database, new: NewUser, *, now: datetime, by: Actor) -> str | None:
    """Add a user and return the extension, None for an admin who has no phone. Raises UserProblem."""
    login = new.login.strip().lower()
    act = Act("user_add", detail={"role": new.role})
    # Before the transaction: it takes its time, and a writer keeps the others waiting.
    password_hash = await asyncio.to_thread(hash_password, new.password)
    async with trail(database, now).transaction(by, act) as session:
        refuse(people.login_problem(login), "no_login")
        refuse(password_problem(new.password, (login, new.name, new.name_en)), "poor_password")
        users = Users(session)
        if await users.by_login(login) is not None:
            raise UserProblem(f"there is a user {login} already", "login_taken")
        extension = await _extension_for(session, new)
        user = await users.add(
            login=login,
            name=new.name.strip() or login,
            name_en=new.name_en.strip(),
            password_hash=password_hash,
            role=new.role,
            language=new.language,
            created_at=now,
        )
        act.object = f"user:{user.id}"
        if extension is not None:
            epoch = people.next_phone_epoch(0, now)
            await Agents(session).add(extension=extension, user_id=user.id, phone_epoch=epoch, held_since=now)
            await join_queues(session, extension, new.queues)
    return extension


async def set_password(database: Database, login: str, password: str, *, now: datetime, by: Actor) -> None:
    """Replace the password; all sign-ins of the user end, and so does the phone's. Raises UserProblem."""
    act = Act("password_set")
    password_hash = await asyncio.to_thread(hash_password, password)
    async with trail(database, now).transaction(by, act) as session:
        user = await known_user(session, login, act)
        refuse(password_problem(password, (user.login, user.name, user.name_en)), "poor_password")
        await Users(session).set_password(user.id, password_hash, now)
        await SignIns(session).end_all(user.id)
        await renew_phone(session, user, PhoneChange.NEW_PASSWORD, now)


async def list_users(database: Database) -> Sequence[ListedUser]:
    """Everyone in the order of their logins."""
    async with database.session() as session:
        memberships = await Memberships(session).by_agent()
        return [
            ListedUser(
                login=user.login,
                name=user.name,
                role=user.role,
                extension=user.agent.extension if user.agent else None,
                queues=tuple(memberships.get(user.agent.extension, {})) if user.agent else (),
                active=user.active,
            )
            for user in await Users(session).all()
        ]


async def _extension_for(session: AsyncSession, new: NewUser) -> str | None:
    if new.extension is not None:
        return await free_extension(session, new.extension)
    if new.role is Role.ADMIN:
        return None
    return people.next_extension({agent.extension for agent in await Agents(session).all(active_only=False)})


async def free_extension(session: AsyncSession, extension: str) -> str:
    """The extension itself. Raises UserProblem when it is none, or somebody's."""
    refuse(people.extension_problem(extension), "no_extension")
    holder = await Agents(session).by_extension(extension)
    if holder is not None:
        away = "" if holder.user.active else ", who is deactivated"
        raise UserProblem(
            f"the extension {extension} is taken by {holder.user.login}{away}", "extension_taken"
        )
    return extension


async def known_user(session: AsyncSession, login: str, act: Act) -> User:
    """The user with `agent` loaded, to whom the act is done. Raises UserProblem."""
    user = await Users(session).by_login(login)
    act.object = f"user:{hinted_login(login) if user is None else user.id}"
    if user is None:
        raise UserProblem(f"there is no user {login}", "no_such_user")
    return user


async def renew_phone(
    session: AsyncSession, user: User, why: PhoneChange, now: datetime, *, phone: str | None = None
) -> None:
    """Another password for the user's phone, if there is one: who knows the old one is out."""
    agent = user.agent
    if agent is not None:
        epoch = people.next_phone_epoch(agent.phone_epoch, now)
        await Agents(session).set_phone(agent.extension, phone=phone or agent.phone, epoch=epoch, why=why)


async def join_queues(session: AsyncSession, extension: str, wanted: tuple[str, ...] | None) -> None:
    """Serve these queues, or all that there are. Raises UserProblem for one that is unknown."""
    existing = [queue.name for queue in await Queues(session).all()]
    for name in existing if wanted is None else wanted:
        if name not in existing:
            raise UserProblem(
                f"there is no queue {name}; there are {', '.join(existing) or 'none'}", "no_such_queue"
            )
        await Memberships(session).put(queue=name, extension=extension)


def trail(database: Database, now: datetime) -> AuditTrail:
    """The audit of what is done to users."""
    return AuditTrail(database, lambda: now, _verdict)


def _verdict(problem: Exception) -> tuple[Result, str]:
    if isinstance(problem, UserProblem):
        return Result.REFUSED, problem.code
    return failure(problem)


def refuse(problem: str | None, code: str) -> None:
    """Raises UserProblem when there is one."""
    if problem is not None:
        raise UserProblem(problem, code)
