"""Past calls: the list with its filters, and one call with everything that belongs to it."""

from typing import Annotated

from fastapi import APIRouter, Query

from agent_console.api.calls import answers, queries
from agent_console.api.calls.shapes import CallAnswer
from agent_console.api.common.access import Parts, User
from agent_console.api.common.fields import CallId, Moment, PlainText
from agent_console.http.problems import Problem
from crm.rules.numbers import normalise
from office.rules.roles import Privilege
from storage.rows.calls import MAX_PAGE, BadCursor, CallPage, HistoryFilter
from storage.scope import Own, Teams

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
    """The history: all calls, those of the user's teams, or those in which they took part, whatever `agent`
    says."""
    scope = who.scope(Privilege.SEE_ALL_CALLS)
    if isinstance(scope, Own):
        if scope.phone is None:
            return CallPage([], None)
        agent = scope.phone.ext
    wanted = HistoryFilter(
        queue=queue,
        agent=agent,
        agent_since=who.ext_since if isinstance(scope, Own) else None,
        teams=scope if isinstance(scope, Teams) else None,
        outcome=outcome,
        text=q,
        test=test,
        number=None if q is None else normalise(q, parts.deps.home_region),
        since=since,
        until=until,
    )
    try:
        page = await queries.page(parts, who, wanted, cursor, limit)
    except BadCursor:
        raise Problem(422, "bad_cursor", "The cursor comes from no earlier page.") from None
    return answers.page_now(page, parts.hub)


@router.get("/calls/{call_id}")
async def call_detail(call_id: CallId, parts: Parts, who: User) -> CallAnswer:
    """One call. An agent sees calls they took part in and those of customers; who leads teams, theirs too."""
    detail = await queries.call(parts, call_id, who)
    if detail is None:
        raise Problem(404, "not_found", "There is no such call, or it is not yours to see.")
    return answers.call_answer(detail, who, parts.hub)
