"""Customers: the search, and one customer with contacts, numbers and what was between us."""

from typing import Annotated

from fastapi import APIRouter, Query

from agent_console.api.common.access import CustomerReader, Parts
from agent_console.api.common.fields import PlainText, RowId
from agent_console.api.customers.shapes import (
    ContactAnswer,
    CustomerAnswer,
    CustomerList,
    CustomerNumber,
    CustomerSummary,
    NumberAnswer,
    PastContactAnswer,
)
from agent_console.http.problems import Problem
from storage.repositories.customers import Customers
from storage.tables import Contact, Customer, Number

router = APIRouter(tags=["customers"])


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
