"""Marks on the rows that the demo data brought, and what hangs on them that it did not bring."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, delete, distinct, exists, func, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from storage.repositories.statements import chunks, insert_into
from storage.tables import (
    Agent,
    AgentInterval,
    Call,
    CallEventRow,
    Contact,
    Customer,
    DemoMark,
    Hotline,
    Leg,
    Membership,
    Number,
    Offer,
    Queue,
    SignIn,
    Stint,
    TimelineEntry,
    User,
    WrapUp,
)
from storage.tables.timeline import CALL


class DemoRows:
    """Marked rows by kind: call, customer, contact, number, hotline, queue, user."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def mark(self, kind: str, keys: Iterable[object]) -> None:
        """These rows are demo data."""
        rows = [{"kind": kind, "key": str(key)} for key in keys]
        if rows:
            statement = insert_into(self._session, DemoMark).on_conflict_do_nothing()
            await self._session.execute(statement, rows)

    async def marked(self, kind: str) -> list[str]:
        """Keys of the marked rows of a kind that are still there to remove, in order."""
        query = select(DemoMark.key).where(DemoMark.kind == kind).order_by(DemoMark.key)
        return list(await self._session.scalars(query))

    async def unmark(self, kind: str, keys: Sequence[object] | None = None) -> None:
        """Forget the marks of removed rows, without `keys` of all rows of the kind."""
        gone = delete(DemoMark).where(DemoMark.kind == kind)
        if keys is not None:
            gone = gone.where(DemoMark.key.in_([str(key) for key in keys]))
        await self._session.execute(gone)

    async def delete_calls(self, call_ids: Sequence[str]) -> None:
        """Calls with all their parts, events and notes."""
        for chunk in chunks(call_ids):
            await self._session.execute(delete(CallEventRow).where(CallEventRow.call_id.in_(chunk)))
            await self._session.execute(delete(WrapUp).where(WrapUp.call_id.in_(chunk)))
            entries = delete(TimelineEntry).where(TimelineEntry.kind == CALL, TimelineEntry.ref.in_(chunk))
            await self._session.execute(entries)
            await self._session.execute(delete(Call).where(Call.id.in_(chunk)))

    async def delete(self, table: type[Customer | Hotline | Queue | User], key: object) -> None:
        """One row by its primary key; what belongs to it goes with it."""
        row = await self._session.get(table, key)
        if row is not None:
            await self._session.delete(row)
            await self._session.flush()

    async def customers_added_to(self) -> Mapping[int, str]:
        """Marked customers that hold something of the user's own: name by number of the customer."""
        own_contact = exists().where(Contact.customer_id == Customer.id, ~_is_marked("contact", Contact.id))
        own_number = exists().where(
            Contact.customer_id == Customer.id,
            Number.contact_id == Contact.id,
            ~_is_marked("number", Number.id),
        )
        query = select(Customer.id, Customer.name).where(
            _is_marked("customer", Customer.id),
            own_contact | own_number | (Customer.updated_at != Customer.created_at),
        )
        return {customer_id: name for customer_id, name in await self._session.execute(query)}

    async def calls_by_agent(self) -> Mapping[str, int]:
        """For each extension in how many calls it took part, without demo calls."""
        parts = union_all(
            select(Leg.call_id, Leg.agent),
            select(Offer.call_id, Offer.agent),
            select(WrapUp.call_id, WrapUp.agent),
        ).subquery()
        query = (
            select(parts.c.agent, func.count(distinct(parts.c.call_id)))
            .where(~_is_marked("call", parts.c.call_id))
            .group_by(parts.c.agent)
        )
        return {agent: count for agent, count in await self._session.execute(query)}

    async def agents_at_work(self) -> set[str]:
        """Extensions that are signed in at a phone: not signed out in the newest interval of presence."""
        query = select(AgentInterval.agent).where(
            AgentInterval.kind == "presence",
            AgentInterval.ended_at.is_(None),
            AgentInterval.state != "signed_out",
        )
        return set(await self._session.scalars(query))

    async def queues_in_use(self) -> set[str]:
        """Queues in which someone waits or talks now."""
        query = select(Stint.queue).join(Call, Call.id == Stint.call_id).where(Call.ended_at.is_(None))
        return set(await self._session.scalars(query))

    async def hotlines_in_use(self) -> set[str]:
        """Hotlines by which a call came that lasts now."""
        query = select(Call.hotline).where(Call.ended_at.is_(None), Call.hotline.is_not(None))
        return {str(hotline) for hotline in await self._session.scalars(query)}

    async def what_needs_queues(self) -> Mapping[str, list[str]]:
        """For each queue what points to it: hotlines, queues that overflow into it, agents who serve it."""
        needs: dict[str, list[str]] = defaultdict(list)
        for queue, number in await self._session.execute(select(Hotline.fallback_queue, Hotline.number)):
            needs[queue].append(f"hotline {number}")
        overflow = select(Queue.overflow_queue, Queue.name).where(Queue.overflow_queue.is_not(None))
        for target, queue in await self._session.execute(overflow):
            needs[str(target)].append(f"queue {queue}")
        serving = (
            select(Membership.queue, Membership.extension)
            .join(Agent, Agent.extension == Membership.extension)
            .join(User, User.id == Agent.user_id)
            .where(User.active)
        )
        for queue, extension in await self._session.execute(serving):
            needs[queue].append(f"agent {extension}")
        return needs

    async def signed_in(self, now: datetime) -> set[int]:
        """Users with a sign-in to the console that holds."""
        return set(await self._session.scalars(select(SignIn.user_id).where(SignIn.expires_at > now)))


def _is_marked(kind: str, column: Any) -> Any:
    return exists().where(DemoMark.kind == kind, DemoMark.key == cast(column, String))
