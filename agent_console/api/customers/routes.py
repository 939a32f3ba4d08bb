"""Customers: the search, and one customer with contacts, numbers and what was between us."""

from typing import Annotated

from fastapi import APIRouter, Query

from agent_console.api.common.access import CustomerReader, From, Parts
from agent_console.api.common.fields import PlainText, RowId
from agent_console.api.customers import answers, queries, use_cases
from agent_console.api.customers.shapes import CustomerAnswer, CustomerList
from agent_console.services.audit import actor_of

router = APIRouter(tags=["customers"])


@router.get("/customers")
async def search_customers(
    parts: Parts,
    who: CustomerReader,
    q: Annotated[PlainText, Query(max_length=100)] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> CustomerList:
    """Customers by name, contact, tag or number in any writing."""
    found = await queries.found(parts, who, q, limit)
    return CustomerList(items=[answers.summary(it) for it in found])


@router.get("/customers/{customer_id}")
async def customer(customer_id: RowId, parts: Parts, who: CustomerReader, visitor: From) -> CustomerAnswer:
    """One customer, with the first page of the timeline. Who is opened by hand is noted before it is told."""
    found = await use_cases.open_customer(parts, actor_of(who, visitor.address), who, customer_id)
    return answers.whole(*found)
