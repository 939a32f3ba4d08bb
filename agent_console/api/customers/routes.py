"""Customers: the search, and one customer with contacts, numbers and what was between us."""

from typing import Annotated

from fastapi import APIRouter, Query

from agent_console.api.common.access import CustomerReader, Parts
from agent_console.api.common.fields import PlainText, RowId
from agent_console.api.customers import answers, queries
from agent_console.api.customers.shapes import CustomerAnswer, CustomerList
from agent_console.http.problems import Problem

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
async def customer(customer_id: RowId, parts: Parts, who: CustomerReader) -> CustomerAnswer:
    """One customer, with the first page of the timeline."""
    found = await queries.customer(parts, customer_id)
    if found is None:
        raise Problem(404, "not_found", "There is no such customer.")
    return answers.whole(*found)
