"""Hotlines, queues and memberships: from these Asterisk's configuration is rendered."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.repositories.statements import excluded, insert_into
from storage.tables import Agent, Hotline, Membership, Queue, User


class Hotlines:
    """The numbers that callers dial."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def all(self) -> Sequence[Hotline]:
        """In the order of their numbers."""
        return (await self._session.scalars(select(Hotline).order_by(Hotline.number))).all()

    async def by_number(self, number: str) -> Hotline | None:
        """The hotline with this number."""
        return await self._session.get(Hotline, number)

    async def put(self, hotline: Hotline) -> None:
        """Add it, or replace the one with its number."""
        await self._session.merge(hotline)
        await self._session.flush()


class Queues:
    """The queues."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def all(self) -> Sequence[Queue]:
        """In the order of their names."""
        return (await self._session.scalars(select(Queue).order_by(Queue.name))).all()

    async def by_name(self, name: str) -> Queue | None:
        """The queue with this name."""
        return await self._session.get(Queue, name)

    async def put(self, queue: Queue) -> None:
        """Add it, or replace the one with its name."""
        await self._session.merge(queue)
        await self._session.flush()


class Memberships:
    """Who serves which queue, with what penalty (lower is asked first)."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of_agent(self, extension: str) -> Mapping[str, int]:
        """Penalty by queue."""
        query = (
            select(Membership.queue, Membership.penalty)
            .where(Membership.extension == extension)
            .order_by(Membership.queue)
        )
        return {queue: penalty for queue, penalty in await self._session.execute(query)}

    async def by_agent(self) -> Mapping[str, Mapping[str, int]]:
        """Penalty by queue for each extension; agents who left are not among them."""
        query = (
            select(Membership.extension, Membership.queue, Membership.penalty)
            .join(Agent, Agent.extension == Membership.extension)
            .join(User, User.id == Agent.user_id)
            .where(User.active)
            .order_by(Membership.extension, Membership.queue)
        )
        memberships: dict[str, dict[str, int]] = defaultdict(dict)
        for extension, queue, penalty in await self._session.execute(query):
            memberships[extension][queue] = penalty
        return memberships

    async def put(self, *, queue: str, extension: str, penalty: int = 0) -> None:
        """Make the agent serve the queue, or change the penalty."""
        statement = insert_into(self._session, Membership).values(
            queue=queue, extension=extension, penalty=penalty
        )
        await self._session.execute(
            statement.on_conflict_do_update(
                index_elements=["queue", "extension"], set_=excluded(statement, ["penalty"])
            )
        )

    async def remove(self, *, queue: str, extension: str) -> None:
        """The agent no longer serves the queue."""
        await self._session.execute(
            delete(Membership).where(Membership.queue == queue, Membership.extension == extension)
        )
