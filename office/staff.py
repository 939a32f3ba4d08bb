"""Changes what users may do and where they work: active or not, role, queues, extension, phone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from office.audit import Act, Actor
from office.rules import people
from office.rules.people import PhoneChange, Role
from office.users import UserProblem, free_extension, join_queues, known_user, renew_phone, trail
from storage.database import Database
from storage.repositories.routing import Memberships
from storage.repositories.sign_ins import SignIns
from storage.repositories.users import Agents, Users
from storage.tables import Agent, User


@dataclass(frozen=True, slots=True)
class PhoneAccount:
    """What a phone has to know, but for its password, which follows from extension and `epoch`."""

    extension: str
    kind: str
    epoch: int


async def deactivate(database: Database, login: str, *, now: datetime, by: Actor) -> None:
    """End the user's sign-ins and phone; name, extension and queues stay for a return. Raises UserProblem."""
    act = Act("user_deactivate")
    async with trail(database, now).transaction(by, act) as session:
        user = await known_user(session, login, act)
        if not user.active:
            raise UserProblem(f"{user.login} is deactivated already", "already")
        await _refuse_last_admin(session, user, "deactivated")
        await Users(session).set_active(user.id, False)
        await SignIns(session).end_all(user.id)
        await renew_phone(session, user, PhoneChange.DEACTIVATED, now)


async def activate(database: Database, login: str, *, now: datetime, by: Actor) -> None:
    """Let the user sign in again, with the role, extension and queues of before. Raises UserProblem."""
    act = Act("user_activate")
    async with trail(database, now).transaction(by, act) as session:
        user = await known_user(session, login, act)
        if user.active:
            raise UserProblem(f"{user.login} is active already", "already")
        await Users(session).set_active(user.id, True)


async def set_role(database: Database, login: str, role: Role, *, now: datetime, by: Actor) -> None:
    """Let the user do more or less, at open consoles too. Raises UserProblem."""
    act = Act("user_role", detail={"role": role})
    async with trail(database, now).transaction(by, act) as session:
        user = await known_user(session, login, act)
        act.detail["before"] = user.role
        if user.role == role:
            raise UserProblem(f"{user.login} has the role {role} already", "already")
        await _refuse_last_admin(session, user, f"made {role}")
        await Users(session).set_role(user.id, role)


async def set_queues(
    database: Database, login: str, queues: Sequence[str], *, now: datetime, by: Actor
) -> None:
    """Let the user serve these queues and no others. Raises UserProblem."""
    act = Act("user_queues", detail={"queues": sorted(set(queues))})
    async with trail(database, now).transaction(by, act) as session:
        agent = _phone_of(await known_user(session, login, act))
        memberships = Memberships(session)
        before = await memberships.of_agent(agent.extension)
        act.detail["before"] = sorted(before)
        for queue in before.keys() - set(queues):
            await memberships.remove(queue=queue, extension=agent.extension)
        await join_queues(session, agent.extension, tuple(sorted(set(queues) - before.keys())))


async def set_extension(
    database: Database, login: str, extension: str | None, *, now: datetime, by: Actor
) -> None:
    """Give the user this extension, with the queues of the one before; None takes phone and queues away.

    Raises UserProblem.
    """
    act = Act("user_extension", detail={"extension": extension})
    async with trail(database, now).transaction(by, act) as session:
        user = await known_user(session, login, act)
        agent = user.agent
        act.detail["before"] = agent.extension if agent else None
        if (agent.extension if agent else None) == extension:
            has = f"the extension {extension}" if extension else "no extension"
            raise UserProblem(f"{user.login} has {has} already", "already")
        if extension is not None:
            await free_extension(session, extension)
        queues = await Memberships(session).of_agent(agent.extension) if agent else {}
        if agent is not None:
            await Agents(session).remove(agent, now)
        if extension is not None:
            await _give_phone(session, user, extension, agent.phone if agent else None, now)
            for queue, penalty in queues.items():
                await Memberships(session).put(queue=queue, extension=extension, penalty=penalty)


async def renew_phone_password(
    database: Database, login: str, *, now: datetime, by: Actor, kind: str | None = None
) -> None:
    """Another password for the user's phone, which may become one of another `kind`. Raises UserProblem."""
    act = Act("phone_renew", detail={} if kind is None else {"kind": kind})
    async with trail(database, now).transaction(by, act) as session:
        user = await known_user(session, login, act)
        _phone_of(user)
        await renew_phone(session, user, PhoneChange.ADMINISTRATOR, now, phone=kind)


async def show_phone(database: Database, login: str, *, now: datetime, by: Actor) -> PhoneAccount:
    """The account, for whoever sets the phone up; that it was looked at is noted. Raises UserProblem."""
    act = Act("phone_show")
    async with trail(database, now).transaction(by, act) as session:
        user = await known_user(session, login, act)
        if not user.active:
            raise UserProblem(f"{user.login} is deactivated and has no phone now", "deactivated")
        agent = _phone_of(user)
        return PhoneAccount(agent.extension, agent.phone, agent.phone_epoch)


async def after_restore(database: Database, *, now: datetime, by: Actor) -> int:
    """What ended after the backup was made must not hold again; the number of desk phones, which keep theirs.

    Everybody signs in anew, and the consoles' phones get other passwords by themselves. A phone on a desk has
    that of the time of the backup: another one would have to be typed into it.
    """
    async with trail(database, now).transaction(by, Act("restore")) as session:
        await SignIns(session).end_everybodys()
        agents = await Agents(session).all(active_only=False)
        for agent in agents:
            if agent.phone == "browser":
                epoch = people.next_phone_epoch(agent.phone_epoch, now)
                why = PhoneChange.RESTORED
                await Agents(session).set_phone(agent.extension, phone=agent.phone, epoch=epoch, why=why)
        return sum(agent.phone != "browser" for agent in agents)


def _phone_of(user: User) -> Agent:
    if user.agent is None:
        raise UserProblem(
            f"{user.login} has no phone; give one with: ringdesk users extension {user.login} EXTENSION",
            "no_phone",
        )
    return user.agent


async def _give_phone(
    session: AsyncSession, user: User, extension: str, kind: str | None, now: datetime
) -> None:
    await Agents(session).add(
        extension=extension,
        user_id=user.id,
        phone=kind or "browser",
        phone_epoch=people.next_phone_epoch(0, now),
        phone_epoch_why=PhoneChange.ADMINISTRATOR,
        held_since=now,
    )


async def _refuse_last_admin(session: AsyncSession, user: User, what: str) -> None:
    """Without an admin nobody could let anybody in again from the console."""
    everyone = await Users(session).all()
    if {other.id for other in everyone if other.role == Role.ADMIN and other.active} == {user.id}:
        raise UserProblem(
            f"{user.login} is the only active administrator and cannot be {what}; make another one first",
            "last_admin",
        )
