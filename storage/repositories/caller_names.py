"""Names of customers in queries: who called, as columns, and whose name holds a text, as conditions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, case, exists, func, or_, select, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from storage.tables import Call, Contact, Customer, Number


def _of_contact(column: InstrumentedAttribute[str]) -> ScalarSelect[Any]:
    return (
        select(column)
        .join(Number, Number.contact_id == Contact.id)
        .where(Contact.customer_id == Call.customer_id, Number.e164 == Call.number_e164)
        .order_by(Contact.id)
        .limit(1)
        .correlate(Call)
        .scalar_subquery()
    )


CALLER_NAMES = (
    func.coalesce(_of_contact(Contact.name), Customer.name).label("customer_name"),
    func.coalesce(_of_contact(Contact.name_en), Customer.name_en).label("customer_name_en"),
    case((Customer.kind == "firm", Customer.name)).label("company"),
)
"""`customer_name`, `customer_name_en`, `company`: as the screen pop says them.

When no contact has the number any more, the firm's name is left. All None without a customer.
Needs `calls` with `customers` joined to it.
"""


# A list of these in a statement is quicker than the question asked of every row, as long as it is short.
_MOST_LISTED = 300


@dataclass(frozen=True, slots=True)
class CustomersCalled:
    """The customers with a text in their names; `ids` is None when they are too many to list."""

    text: str
    ids: Sequence[int] | None

    def have(self, customer_id: Any) -> ColumnElement[bool]:
        """Whether the column names one of them."""
        if self.ids is not None:
            listed: ColumnElement[bool] = customer_id.in_(self.ids)
            return listed
        one = aliased(Customer)
        return exists().where(one.id == customer_id, is_called(self.text, one))


async def customers_called(session: AsyncSession, text: str) -> CustomersCalled:
    """Look through the names of all customers and contacts once."""
    found = union(
        _some(select(Customer.id.label("id")).where(_holds(Customer, text))),
        _some(select(Contact.customer_id.label("id")).where(_holds(Contact, text))),
    )
    ids = list(await session.scalars(found))
    return CustomersCalled(text, ids if len(ids) <= _MOST_LISTED else None)


def is_called(text: str, customer: type[Customer] = Customer) -> ColumnElement[bool]:
    """Whether the customer or one of its contacts has the text in its name, in either writing."""
    contact = aliased(Contact)
    by_contact = exists().where(contact.customer_id == customer.id, _holds(contact, text))
    return or_(_holds(customer, text), by_contact)


def _holds(named: type[Customer | Contact], text: str) -> ColumnElement[bool]:
    return or_(named.name.icontains(text, autoescape=True), named.name_en.icontains(text, autoescape=True))


def _some(ids: Select[Any]) -> Select[Any]:
    return select(ids.limit(_MOST_LISTED + 1).subquery().c.id)
