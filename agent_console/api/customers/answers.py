"""Puts the answers about customers together."""

from collections.abc import Sequence

from agent_console.api.customers.shapes import CustomerAnswer, CustomerNumber, CustomerSummary
from storage.rows.customers import PastContact
from storage.tables import Contact, Customer, Number


def summary(it: Customer) -> CustomerSummary:
    """A customer as the search shows it."""
    return CustomerSummary.of(it, **_more(it))


def whole(it: Customer, timeline: Sequence[PastContact]) -> CustomerAnswer:
    """A customer with everything known."""
    return CustomerAnswer.of(it, **_more(it), timeline=timeline)


def _more(it: Customer) -> dict[str, object]:
    return {
        "company": it.name if it.kind == "firm" else None,
        "tags": [tag.tag for tag in it.tags],
        "numbers": [_number(number, of=contact) for contact in it.contacts for number in contact.numbers],
    }


def _number(it: Number, *, of: Contact) -> CustomerNumber:
    return CustomerNumber.of(it, contact=of.name, contact_en=of.name_en, contact_role=of.role)
