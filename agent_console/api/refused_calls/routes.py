"""Calls that did not come in, for supervisors: the list with masked numbers, and one number to call back."""

from typing import Annotated

from fastapi import APIRouter, Query

from agent_console.api.common.access import From, Parts, RefusedCallReader
from agent_console.api.common.fields import RowId
from agent_console.api.refused_calls import queries, use_cases
from agent_console.api.refused_calls.shapes import CallerNumber, RefusedCallAnswer, RefusedCallPage
from agent_console.services.audit import actor_of
from crm.rules.numbers import is_withheld, masked
from storage.rows.calls import MAX_PAGE

router = APIRouter(tags=["calls"])


@router.get("/refused-calls")
async def refused_calls(
    parts: Parts,
    who: RefusedCallReader,
    before: Annotated[int | None, Query(ge=1, le=2**53 - 1)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 100,
) -> RefusedCallPage:
    """Who was turned away or never came in, and why."""
    rows = await queries.newest(parts, before, limit)
    items = [RefusedCallAnswer.of(row, number=_shown(row.number)) for row in rows]
    return RefusedCallPage(items=items, next=rows[-1].id if len(rows) == limit else None)


@router.post("/refused-calls/{row_id}/number")
async def number_of_refused_call(
    row_id: RowId, parts: Parts, who: RefusedCallReader, visitor: From
) -> CallerNumber:
    """The whole number, to call this caller back. Noted before it is told, or it is not told."""
    number = await use_cases.number_to_call_back(parts, actor_of(who, visitor.address), row_id)
    return CallerNumber(number=number)


def _shown(number: str) -> str:
    return "" if is_withheld(number) else masked(number)
