"""Past calls: the list with its filters, and one call with everything that belongs to it."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Query
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from agent_console.api.access import Parts, User
from agent_console.api.fields import Answer, CallId, Moment, PlainText
from agent_console.api.parts import LegNow, leg_now, spoke_in, took_part, works_on
from agent_console.auth.sessions import SignedIn
from agent_console.problems import Problem
from agent_console.services import Services
from crm.rules.numbers import normalise
from office.rules.roles import Privilege
from storage.repositories.call_lanes import HistoryFilter
from storage.repositories.calls import CallDetail, Calls
from storage.repositories.customers import Customers
from storage.repositories.history import MAX_PAGE, BadCursor, CallRow, History
from storage.tables import Call, WrapUp
from storage.tables.agent_work import WrapUpStatus

router = APIRouter(tags=["calls"])

_Part = TypeVar("_Part", bound=Answer)
Text = Annotated[PlainText, Query(max_length=100)]


class CallSummary(Answer):
    """One line of the history. `hold_s` is null when Asterisk's records cannot tell."""

    id: str
    direction: str
    hotline: str | None
    number: str
    number_e164: str | None
    name: str
    language: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    outcome: str | None
    queue: str | None
    agent: str | None
    agent_name: str | None
    customer_id: int | None
    customer_name: str | None
    customer_name_en: str | None
    company: str | None
    wait_s: float
    talk_s: float
    agent_talk_s: float | None = Field(
        default=None, description="In a list of one agent's calls: that agent's part of the talk."
    )
    hold_s: float | None
    disposition: str | None
    wrap_up: str | None = Field(
        description="What became of the last agent's after-call work: open, unfinished, timed_out or done."
    )
    recorded: bool
    incomplete: bool
    test: bool


class CallPage(Answer):
    """Newest first; `next` is the cursor of the following page, null on the last one."""

    items: list[CallSummary]
    next: str | None
    searched_to: datetime | None = Field(
        default=None,
        description="How far back a search has looked so far, when it ended this page early; `next` goes on.",
    )


class StepAnswer(Answer):
    """One step of the voice menu."""

    step: str
    kind: str
    exit: str
    keys: str
    at: datetime


class StintAnswer(Answer):
    """One stay in one queue."""

    no: int
    queue: str
    entered_at: datetime
    left_at: datetime | None
    outcome: str | None
    priority: int
    wait_s: float | None


class OfferAnswer(Answer):
    """One agent's phone was rung."""

    agent: str
    agent_name: str | None
    queue: str | None
    rang_at: datetime
    ended_at: datetime | None
    result: str | None


class LegAnswer(Answer):
    """One agent's part of the conversation; `hold_s` null when not known, `talk_s` while it lasts."""

    no: int
    agent: str
    agent_name: str | None
    queue: str | None
    started_at: datetime
    ended_at: datetime | None
    talk_s: float | None
    hold_s: float | None
    holds: int | None
    end_reason: str | None


class RecordingSummary(Answer):
    """A recording of the call. `audible` says whether this user may listen."""

    id: int
    stint: int
    part: int
    agent: str | None
    queue: str | None
    started_at: datetime
    length_s: float
    size: int
    channels: int
    state: str
    audible: bool


class WrapUpSummary(Answer):
    """What an agent noted on one of their legs.

    `status` is open (the agent is at it), unfinished, timed_out or done; `own` says that this user can
    complete it.
    """

    agent: str
    agent_name: str | None
    turn: int
    disposition: str | None
    note: str
    status: str
    own: bool
    started_at: datetime | None
    ended_at: datetime | None
    completed_at: datetime | None


class CallAnswer(CallSummary):
    """A call with its way through the menu, its waits, its conversations and what was noted."""

    end_cause: int | None
    ended_by: str | None = Field(
        description="Who ended a call that an agent dialled, if known: agent, customer, line or timeout."
    )
    source: str = Field(description="live, or record when Asterisk's own records were needed.")
    path: list[StepAnswer]
    stints: list[StintAnswer]
    offers: list[OfferAnswer]
    legs: list[LegAnswer]
    recordings: list[RecordingSummary]
    wrap_ups: list[WrapUpSummary]


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
    items = [CallSummary.model_validate(replace(row, wrap_up=_wrap_up_of(row, parts))) for row in page.items]
    return CallPage(items=items, next=page.next, searched_to=page.searched_to)


def _wrap_up_of(row: CallRow, parts: Services) -> str | None:
    if row.agent is None or row.wrap_up is None:
        return None
    return _status(row.wrap_up, at_it=works_on(parts.hub.agent(row.agent), row.id))


@router.get("/calls/{call_id}")
async def call_detail(call_id: CallId, parts: Parts, who: User) -> CallAnswer:
    """One call. An agent sees calls they took part in and those of customers."""
    async with parts.deps.database.session() as session:
        detail = await Calls(session).detail(call_id)
        if detail is None or not await _may_see(session, who, detail.call):
            raise Problem(404, "not_found", "There is no such call, or it is not yours to see.")
    return _call_answer(detail, who, parts)


async def _may_see(session: AsyncSession, who: SignedIn, call: Call) -> bool:
    if who.may(Privilege.SEE_ALL_CALLS) or took_part(call, who):
        return True
    if not who.may(Privilege.SEE_CUSTOMERS):
        return False
    if call.customer_id is not None:
        return True
    # The customer's timeline also shows calls from numbers that were added later.
    return call.number_e164 is not None and bool(await Customers(session).by_number(call.number_e164))


def _call_answer(detail: CallDetail, who: SignedIn, parts: Services) -> CallAnswer:
    call = detail.call
    wrap_ups = [_wrap_up(detail, it, who, parts) for it in detail.wrap_ups]
    of_last_agent = [it for it in wrap_ups if it.agent == call.agent]
    last = max(of_last_agent, key=lambda it: it.turn, default=None)
    row = {name: getattr(call, name) for name in _CALL_COLUMNS}
    return CallAnswer(
        **row,
        agent_name=detail.last_agent_name,
        customer_name=detail.customer_name,
        customer_name_en=detail.customer_name_en,
        company=detail.company,
        disposition=last.disposition if last else None,
        wrap_up=last.status if last else None,
        recorded=any(it.state == "stored" for it in detail.recordings),
        path=[StepAnswer.model_validate(it) for it in call.steps],
        stints=[StintAnswer.model_validate(it) for it in call.stints],
        offers=[_named(OfferAnswer, it, detail, it.rang_at) for it in call.offers],
        legs=[_named(LegAnswer, it, detail, it.started_at) for it in call.legs],
        recordings=[_recording(detail, it, who) for it in detail.recordings],
        wrap_ups=wrap_ups,
    )


_COMPUTED = {"agent_name", "customer_name", "customer_name_en", "company", "disposition", "wrap_up"}
_COMPUTED |= {"recorded", "agent_talk_s", "path", "stints", "offers", "legs", "recordings", "wrap_ups"}
_WRAP_UP_COLUMNS = WrapUpSummary.model_fields.keys() - {"own", "agent_name"}
_CALL_COLUMNS = [name for name in CallAnswer.model_fields if name not in _COMPUTED]


def _named(model: type[_Part], part: Any, detail: CallDetail, at: datetime) -> _Part:
    """A part that belongs to an agent, with the name of who had the extension then."""
    values = {name: getattr(part, name) for name in model.model_fields if name != "agent_name"}
    return model.model_validate({**values, "agent_name": detail.agent_name(part.agent, at)})


def _wrap_up(detail: CallDetail, row: WrapUp, who: SignedIn, parts: Services) -> WrapUpSummary:
    at = row.started_at or row.updated_at
    own = row.agent == who.ext and who.had_extension(at) and row.status != WrapUpStatus.DONE
    values = {name: getattr(row, name) for name in _WRAP_UP_COLUMNS}
    now = leg_now(parts.hub.agent(row.agent), row.call_id, row.turn)
    values["status"] = _status(row.status, at_it=now not in (None, LegNow.OVER))
    return WrapUpSummary(**values, own=own, agent_name=detail.agent_name(row.agent, at))


def _status(status: str, *, at_it: bool) -> str:
    return "open" if at_it and status == WrapUpStatus.UNFINISHED else status


def _recording(detail: CallDetail, recording: Any, who: SignedIn) -> RecordingSummary:
    columns = [name for name in RecordingSummary.model_fields if name != "audible"]
    audible = who.may(Privilege.HEAR_ALL_RECORDINGS) or spoke_in(detail.call, recording, who)
    return RecordingSummary(**{name: getattr(recording, name) for name in columns}, audible=audible)
