"""Reads customers."""

from collections.abc import Sequence

from agent_console.auth.sessions import SignedIn
from agent_console.services.assembly import Services
from storage.repositories.customers import Customers
from storage.rows.customers import PastContact
from storage.tables import Customer


async def found(parts: Services, who: SignedIn, text: str, limit: int) -> Sequence[Customer]:
    """Whom the text may mean, in the order of their names."""
    async with parts.listing(who.user_id) as session:
        return await Customers(session).search(text, limit=limit)


async def customer(parts: Services, customer_id: int) -> tuple[Customer, Sequence[PastContact]] | None:
    """One customer with the first page of the timeline; None when there is none."""
    async with parts.deps.database.session() as session:
        repository = Customers(session)
        one = await repository.by_id(customer_id)
        return None if one is None else (one, await repository.timeline(customer_id))
