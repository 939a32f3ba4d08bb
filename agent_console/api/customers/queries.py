"""Reads customers."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from agent_console.auth.sessions import SignedIn
from agent_console.services.assembly import Services
from storage.repositories.customers import Customers
from storage.rows.customers import PastContact
from storage.tables import Customer

Whole = tuple[Customer, Sequence[PastContact]]


async def found(parts: Services, who: SignedIn, text: str, limit: int) -> Sequence[Customer]:
    """Whom the text may mean, in the order of their names."""
    async with parts.listing(who.user_id) as session:
        return await Customers(session).search(text, limit=limit)


async def customer(parts: Services, customer_id: int) -> Whole | None:
    """One customer with the first page of the timeline; None when there is none."""
    async with parts.deps.database.session() as session:
        return await whole(session, customer_id)


async def whole(session: AsyncSession, customer_id: int) -> Whole | None:
    """The same, in a session of the caller's."""
    repository = Customers(session)
    one = await repository.by_id(customer_id)
    return None if one is None else (one, await repository.timeline(customer_id))
