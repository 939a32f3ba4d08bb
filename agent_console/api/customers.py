"""Customers: the search, and one customer with contacts, numbers and what was between us."""

from typing import Annotated

from fastapi import APIRouter, Query

from agent_console.api.access import CustomerReader, Parts
from agent_console.api.fields import Answer, PastContactAnswer, PlainText, RowId
from agent_console.problems import Problem
from storage.repositories.customers import Customers
from storage.tables import Contact, Customer, Number

router = APIRouter(tags=["customers"])


class NumberAnswer(Answer):
    """A number of a contact."""

    e164: str
    as_entered: str
    label: str


class CustomerNumber(NumberAnswer):
    """A number of a customer, and which of its people has it."""

    contact: str
    contact_en: str
    contact_role: str


class ContactAnswer(Answer):
    """A person at the customer."""

    id: int
    name: str
    name_en: str
    role: str
    numbers: list[NumberAnswer]


class CustomerSummary(Answer):
    """A customer as the search shows it. `company` is null for a private person."""

    id: int
    kind: str
    name: str
    name_en: str
    company: str | None
    tier: str
    language: str
    tags: list[str]
    numbers: list[CustomerNumber]


class CustomerAnswer(CustomerSummary):
    """A customer with everything known."""

    note: str
    contacts: list[ContactAnswer]
    timeline: list[PastContactAnswer]


class CustomerList(Answer):
    """The best matches, in the order of their names."""

    items: list[CustomerSummary]


@router.get("/customers")
async def search_customers(
    parts: Parts,
    who: CustomerReader,
    q: Annotated[PlainText, Query(max_length=100)] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> CustomerList:
    """Customers by name, contact, tag or number in any writing."""
    async with parts.listing(who.user_id) as session:
        found = await Customers(session).search(q, limit=limit)
    return CustomerList(items=[CustomerSummary.model_validate(_summary(it)) for it in found])


@router.get("/customers/{customer_id}")
async def customer(customer_id: RowId, parts: Parts, who: CustomerReader) -> CustomerAnswer:
    """One customer, with the first page of the timeline."""
    async with parts.deps.database.session() as session:
        repository = Customers(session)
        found = await repository.by_id(customer_id)
        if found is None:
            raise Problem(404, "not_found", "There is no such customer.")
        timeline = await repository.timeline(customer_id)
    return CustomerAnswer.model_validate(
        _summary(found)
        | {
            "note": found.note,
            "contacts": [ContactAnswer.model_validate(it) for it in found.contacts],
            "timeline": [PastContactAnswer.model_validate(it) for it in timeline],
        }
    )


def _summary(it: Customer) -> dict[str, object]:
    return {
        "id": it.id,
        "kind": it.kind,
        "name": it.name,
        "name_en": it.name_en,
        "company": it.name if it.kind == "firm" else None,
        "tier": it.tier,
        "language": it.language,
        "tags": [tag.tag for tag in it.tags],
        "numbers": [_number(number, of=contact) for contact in it.contacts for number in contact.numbers],
    }


def _number(it: Number, *, of: Contact) -> CustomerNumber:
    written = NumberAnswer.model_validate(it)
    return CustomerNumber(
        **written.model_dump(), contact=of.name, contact_en=of.name_en, contact_role=of.role
    )
