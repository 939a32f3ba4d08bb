"""Who called, as columns of a query: the contact whose number it is, and the firm they call for."""

from typing import Any

from sqlalchemy import ScalarSelect, case, func, select
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
