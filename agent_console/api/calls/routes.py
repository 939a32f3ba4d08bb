"""Past calls: the list with its filters, and one call with everything that belongs to it."""

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.ext.asyncio import AsyncSession

from agent_console.api.calls.answers import call_answer, summary
from agent_console.api.calls.shapes import CallAnswer, CallPage
from agent_console.api.common.access import Parts, User
from agent_console.api.common.fields import CallId, Moment, PlainText
from agent_console.auth.own_calls import took_part
from agent_console.auth.sessions import SignedIn
from agent_console.http.problems import Problem
from crm.rules.numbers import normalise
from office.rules.roles import Privilege
from storage.repositories.call_lanes import HistoryFilter
from storage.repositories.calls import Calls
from storage.repositories.customers import Customers
from storage.repositories.history import MAX_PAGE, BadCursor, History
from storage.tables import Call

router = APIRouter(tags=["calls"])

Text = Annotated[PlainText, Query(max_length=100)]


@router.get("/calls")
async def list_calls(
    parts: Parts,
    who: User,
    cursor: Annotated[PlainText | None, Query(max_length=400)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 50,
    queue: Text | None = None,
    agent: Text | None = None,
    outcome: Text | None = None,
    q: Text | None = None,
    test: Annotated[bool | None, Query(description="Only test calls, or none of them.")] = None,
    since: Annotated[Moment | None, Query(alias="from")] = None,
    until: Annotated[Moment | None, Query(alias="to")] = None,
) -> CallPage:
    """The history. Who may not see all calls gets those in which they took part, whatever `agent` says."""
    if not who.may(Privilege.SEE_ALL_CALLS):
        if who.ext is None:
            return CallPage(items=[], next=None)
        agent = who.ext
    wanted = HistoryFilter(
        queue=queue,
        agent=agent,
        agent_since=None if who.may(Privilege.SEE_ALL_CALLS) else who.ext_since,
        outcome=outcome,
        text=q,
        test=test,
        number=None if q is None else normalise(q, parts.deps.home_region),
        since=since,
        until=until,
    )
    async with parts.listing(who.user_id) as session:
        try:
            page = await History(session).page(wanted, cursor=cursor, limit=limit)
        except BadCursor:
            raise Problem(422, "bad_cursor", "The cursor comes from no earlier page.") from None
    items = [summary(row, parts) for row in page.items]
    return CallPage(items=items, next=page.next, searched_to=page.searched_to)


@router.get("/calls/{call_id}")
async def call_detail(call_id: CallId, parts: Parts, who: User) -> CallAnswer:
    """One call. An agent sees calls they took part in and those of customers."""
    async with parts.deps.database.session() as session:
        detail = await Calls(session).detail(call_id)
        if detail is None or not await _may_see(session, who, detail.call):
            raise Problem(404, "not_found", "There is no such call, or it is not yours to see.")
    return call_answer(detail, who, parts)


async def _may_see(session: AsyncSession, who: SignedIn, call: Call) -> bool:
    if who.may(Privilege.SEE_ALL_CALLS) or took_part(call, who):
        return True
    if not who.may(Privilege.SEE_CUSTOMERS):
        return False
    if call.customer_id is not None:
        return True
    # The customer's timeline also shows calls from numbers that were added later.
    return call.number_e164 is not None and bool(await Customers(session).by_number(call.number_e164))
