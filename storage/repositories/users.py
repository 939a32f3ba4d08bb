"""Users and the agents among them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from storage.tables import Agent, PastHolder, User


class Users:
    """People who may sign in. Logins are compared in lower case."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def by_login(self, login: str) -> User | None:
        """The user with `agent` loaded, also one who is not active."""
        return await self._one(User.login == login.strip().lower())

    async def by_id(self, user_id: int) -> User | None:
        """The user with `agent` loaded."""
        return await self._one(User.id == user_id)

    async def all(self) -> Sequence[User]:
        """Everyone in the order of their logins, `agent` loaded."""
        return (
            await self._session.scalars(select(User).options(joinedload(User.agent)).order_by(User.login))
        ).all()

    async def add(
        self,
        *,
        login: str,
        name: str,
        password_hash: str,
        role: str,
        created_at: datetime,
        name_en: str = "",
        language: str = "",
    ) -> User:
        """A new user. Raises IntegrityError at the flush when the login is taken."""
        user = User(
            login=login.strip().lower(),
            name=name,
            name_en=name_en,
            password_hash=password_hash,
            role=role,
            language=language,
            created_at=created_at,
        )
        self._session.add(user)
        await self._session.flush()
        return user

    async def set_password_hash(self, user_id: int, password_hash: str) -> None:
        """Replace the hash of the same password by a stronger one."""
        await self._set(user_id, password_hash=password_hash)

    async def set_password(self, user_id: int, password_hash: str, now: datetime) -> None:
        """Another password; sign-ins are ended by `SignIns.end_all`."""
        await self._set(user_id, password_hash=password_hash, password_set_at=now)

    async def set_role(self, user_id: int, role: str) -> None:
        """What the user may do from the next request on."""
        await self._set(user_id, role=role)

    async def set_preferences(self, user_id: int, *, language: str, theme: str) -> None:
        """The language and look of the user's console."""
        await self._set(user_id, language=language, theme=theme)

    async def set_active(self, user_id: int, active: bool) -> None:
        """A user who is not active cannot sign in, and stays in the history."""
        await self._set(user_id, active=active)

    async def _set(self, user_id: int, **values: object) -> None:
        await self._session.execute(update(User).where(User.id == user_id).values(**values))

    async def _one(self, condition: ColumnElement[bool]) -> User | None:
        query = select(User).options(joinedload(User.agent)).where(condition)
        return (await self._session.scalars(query)).one_or_none()


class Agents:
    """The phones, and whose they are."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def all(self, *, active_only: bool = True) -> Sequence[Agent]:
        """Agents in the order of their extensions, `user` loaded."""
        query = select(Agent).join(Agent.user).options(joinedload(Agent.user)).order_by(Agent.extension)
        if active_only:
            query = query.where(User.active)
        return (await self._session.scalars(query)).all()

    async def by_extension(self, extension: str) -> Agent | None:
        """The agent with `user` loaded."""
        query = select(Agent).options(joinedload(Agent.user)).where(Agent.extension == extension)
        return (await self._session.scalars(query)).one_or_none()

    async def add(
        self,
        *,
        extension: str,
        user_id: int,
        phone: str = "browser",
        phone_epoch: int = 0,
        phone_epoch_why: str = "",
        held_since: datetime | None = None,
    ) -> Agent:
        """Give a user a phone. Raises IntegrityError when the extension or the user has one.

        `held_since` is later when somebody else had the extension until then, and as it was for who had it
        last.
        """
        last = await self._last_holder(extension)
        if last is not None and last.user_id == user_id:
            held_since = last.since
            await self._session.delete(last)
        elif last is not None:
            held_since = last.until if held_since is None else max(held_since, last.until)
        agent = Agent(
            extension=extension,
            user_id=user_id,
            phone=phone,
            phone_epoch=phone_epoch,
            phone_epoch_why=phone_epoch_why,
            held_since=held_since,
        )
        self._session.add(agent)
        await self._session.flush()
        return agent

    async def set_phone(self, extension: str, *, phone: str, epoch: int, why: str) -> None:
        """Another kind of phone, or another password for it."""
        await self._session.execute(
            update(Agent)
            .where(Agent.extension == extension)
            .values(phone=phone, phone_epoch=epoch, phone_epoch_why=why)
        )

    async def remove(self, agent: Agent, now: datetime) -> None:
        """Take the phone away, and with it its place in every queue; who had it is kept."""
        self._session.add(
            PastHolder(extension=agent.extension, user_id=agent.user_id, since=agent.held_since, until=now)
        )
        await self._session.execute(delete(Agent).where(Agent.extension == agent.extension))

    async def _last_holder(self, extension: str) -> PastHolder | None:
        query = select(PastHolder).where(PastHolder.extension == extension)
        newest = query.order_by(PastHolder.until.desc(), PastHolder.id.desc()).limit(1)
        return (await self._session.scalars(newest)).one_or_none()
