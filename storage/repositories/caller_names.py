"""Names of customers in queries: who called, as columns, and whose name holds a text, as conditions."""

from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, case, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

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


def is_called(text: str) -> ColumnElement[bool]:
    """Whether the customer or one of its contacts has the text in its name, in either writing."""

    def has(named: type[Customer | Contact]) -> ColumnElement[bool]:
        return or_(
            named.name.icontains(text, autoescape=True), named.name_en.icontains(text, autoescape=True)
        )

    return or_(has(Customer), exists().where(Contact.customer_id == Customer.id, has(Contact)))
