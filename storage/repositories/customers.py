"""Customers: who calls from a number, the search, and what was between us and them before."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from storage.repositories.caller_names import is_called
from storage.repositories.caller_statements import CUSTOMERS_BY_NUMBER, past_contacts
from storage.repositories.history import digits_of
from storage.rows.customers import NumberMatch, PastContact
from storage.tables import Contact, Customer, CustomerTag, Number


class Customers:
    """Customers with their contacts, numbers and tags."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def by_number(self, e164: str) -> Sequence[NumberMatch]:
        """Customers who have this number, at most MAX_SHARING, the same customer once."""
        rows = await self._session.execute(CUSTOMERS_BY_NUMBER, {"e164": e164})
        return _gather_tags(rows)

    async def by_id(self, customer_id: int) -> Customer | None:
        """The customer with contacts, their numbers, and tags."""
        return await self._session.get(Customer, customer_id, options=_whole_customer())

    async def search(self, text: str, *, limit: int = 20) -> Sequence[Customer]:
        """Customers by name (any language), contact's name, tag, or number in any writing; by name."""
        text = text.strip()
        query = select(Customer).options(*_whole_customer()).order_by(Customer.name, Customer.id)
        if text:
            query = query.where(_matches(text))
        return (await self._session.scalars(query.limit(limit))).all()

    async def past_contacts(
        self, *, numbers: Iterable[str] = (), customer_ids: Iterable[int] = (), limit: int = 5
    ) -> Sequence[PastContact]:
        """Ended calls with any of these numbers or customers, newest first."""
        wanted = {f"number{place}": number for place, number in enumerate(numbers)}
        wanted_customers = {f"customer{place}": key for place, key in enumerate(customer_ids)}
        if not wanted and not wanted_customers:
            return []
        statement = past_contacts(len(wanted), len(wanted_customers), limit)
        rows: Iterable[Any] = await self._session.execute(statement, {**wanted, **wanted_customers})
        return [PastContact(*row) for row in rows]

    async def timeline(self, customer_id: int, *, limit: int = 30) -> Sequence[PastContact]:
        """The first page of everything that was with a customer, also under numbers added later."""
        numbers = (
            select(Number.e164)
            .join(Contact, Contact.id == Number.contact_id)
            .where(Contact.customer_id == customer_id)
            .order_by(Number.id)
            .limit(20)
        )
        known = list(dict.fromkeys(await self._session.scalars(numbers)))
        return await self.past_contacts(numbers=known, customer_ids=[customer_id], limit=limit)

    async def add(self, customer: Customer) -> Customer:
        """A new customer with the contacts, numbers and tags that hang on it."""
        self._session.add(customer)
        await self._session.flush()
        return customer


def _whole_customer() -> list[Any]:
    return [selectinload(Customer.contacts).selectinload(Contact.numbers), selectinload(Customer.tags)]


def _matches(text: str) -> ColumnElement[bool]:
    matches = [
        is_called(text),
        exists().where(
            CustomerTag.customer_id == Customer.id, func.lower(CustomerTag.tag) == func.lower(text)
        ),
    ]
    digits = digits_of(text)
    if digits is not None:
        matches.append(
            exists().where(
                Contact.customer_id == Customer.id,
                Number.contact_id == Contact.id,
                Number.e164.contains(digits),
            )
        )
    return or_(*matches)


def _gather_tags(rows: Iterable[Any]) -> Sequence[NumberMatch]:
    """One match for each customer out of one row for each tag."""
    gathered: dict[int, tuple[Any, list[str]]] = {}
    for row in rows:
        _, tags = gathered.setdefault(row[0], (row, []))
        if row.tag is not None:
            tags.append(row.tag)
    return [NumberMatch(*[*row[:-1], tuple(tags)]) for row, tags in gathered.values()]
