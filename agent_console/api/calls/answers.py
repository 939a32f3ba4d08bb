"""Puts the answers about calls together, from what is recorded and what the live picture knows."""

from dataclasses import asdict, replace

from agent_console.api.calls.shapes import (
    CallAnswer,
    LegAnswer,
    OfferAnswer,
    RecordingSummary,
    StepAnswer,
    StintAnswer,
    WrapUpSummary,
)
from agent_console.api.common.leg_now import LegNow, leg_now, works_on
from agent_console.auth.own_calls import may_hear
from agent_console.auth.sessions import SignedIn
from agent_console.gateway.hub import Hub
from storage.repositories.calls import CallDetail
from storage.rows.calls import CallPage, CallRow
from storage.rows.wrap_ups import WrapUpStatus
from storage.tables import WrapUp


def page_now(page: CallPage, hub: Hub) -> CallPage:
    """The lines, with how the last agents' after-call work stands at this moment."""
    return replace(page, items=[replace(row, wrap_up=_work_now(row, hub)) for row in page.items])


def _work_now(row: CallRow, hub: Hub) -> str | None:
    if row.agent is None or row.wrap_up is None:
        return None
    return _status(row.wrap_up, at_it=works_on(hub.agent(row.agent), row.id))


def call_answer(detail: CallDetail, who: SignedIn, hub: Hub) -> CallAnswer:
    """One call as this user may see it."""
    call, named = detail.call, detail.agent_name
    wrap_ups = [_wrap_up(detail, it, who, hub) for it in detail.wrap_ups]
    of_last_agent = [it for it in wrap_ups if it.agent == call.agent]
    last = max(of_last_agent, key=lambda it: it.turn, default=None)
    row = replace(detail.row, wrap_up=last.status if last else None)
    return CallAnswer(
        **asdict(row),
        end_cause=call.end_cause,
        ended_by=call.ended_by,
        source=call.source,
        path=[StepAnswer.of(it) for it in call.steps],
        stints=[StintAnswer.of(it) for it in call.stints],
        offers=[OfferAnswer.of(it, agent_name=named(it.agent, it.rang_at)) for it in call.offers],
        legs=[LegAnswer.of(it, agent_name=named(it.agent, it.started_at)) for it in call.legs],
        recordings=[RecordingSummary.of(it, audible=may_hear(call, it, who)) for it in detail.recordings],
        wrap_ups=wrap_ups,
    )


def _wrap_up(detail: CallDetail, row: WrapUp, who: SignedIn, hub: Hub) -> WrapUpSummary:
    at = row.started_at or row.updated_at
    now = leg_now(hub.agent(row.agent), row.call_id, row.turn)
    return WrapUpSummary.of(
        row,
        own=row.agent == who.ext and who.had_extension(at) and row.status != WrapUpStatus.DONE,
        agent_name=detail.agent_name(row.agent, at),
        status=_status(row.status, at_it=now not in (None, LegNow.OVER)),
    )


def _status(status: str, *, at_it: bool) -> str:
    return "open" if at_it and status == WrapUpStatus.UNFINISHED else status
