"""Calls that did not come in, for supervisors: the list with masked numbers, and one number to call back."""

from typing import Annotated

from fastapi import APIRouter, Query

from agent_console.api.common.access import From, Parts, RefusedCallReader
from agent_console.api.common.fields import RowId
from agent_console.api.refused_calls.shapes import CallerNumber, RefusedCallAnswer, RefusedCallPage
from agent_console.http.problems import Problem
from agent_console.services.audit import actor_of
from crm.rules.numbers import is_withheld, masked
from office.audit import Act
from storage.repositories.refused_calls import MAX_PAGE, RefusedCalls
from storage.tables import RefusedCall

router = APIRouter(tags=["calls"])


@router.get("/refused-calls")
async def refused_calls(
    parts: Parts,
    who: RefusedCallReader,
    before: Annotated[int | None, Query(ge=1, le=2**53 - 1)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 100,
) -> RefusedCallPage:
    """Who was turned away or never came in, and why."""
    async with parts.deps.database.session() as session:
        rows = await RefusedCalls(session).newest(before=before, limit=limit)
    more = len(rows) == limit
    return RefusedCallPage(items=[_shown(row) for row in rows], next=rows[-1].id if more else None)


@router.post("/refused-calls/{row_id}/number")
async def number_of_refused_call(
    row_id: RowId, parts: Parts, who: RefusedCallReader, visitor: From
) -> CallerNumber:
    """The whole number, to call this caller back. Noted before it is told, or it is not told."""
    act = Act("refused_call_number_shown", f"refused_call:{row_id}")
    async with parts.audit.transaction(actor_of(who, visitor.address), act) as session:
        row = await RefusedCalls(session).by_id(row_id)
        if row is None or not _known(row):
            raise Problem(404, "not_found", "There is no such call, or it came without a number.")
        number = row.number
    return CallerNumber(number=number)


def _shown(row: RefusedCall) -> RefusedCallAnswer:
    answer = RefusedCallAnswer.model_validate(row)
    return answer.model_copy(update={"number": masked(row.number) if _known(row) else ""})


def _known(row: RefusedCall) -> bool:
    return not is_withheld(row.number)
