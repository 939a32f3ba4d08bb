"""Puts the answers about calls together, from what is recorded and what the live picture knows."""

from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from agent_console.api.calls.shapes import (
    CallAnswer,
    CallSummary,
    LegAnswer,
    OfferAnswer,
    RecordingSummary,
    StepAnswer,
    StintAnswer,
    WrapUpSummary,
)
from agent_console.api.common.fields import Answer
from agent_console.api.common.leg_now import LegNow, leg_now, works_on
from agent_console.auth.own_calls import spoke_in
from agent_console.auth.sessions import SignedIn
from agent_console.services.assembly import Services
from office.rules.roles import Privilege
from storage.repositories.calls import CallDetail
from storage.repositories.history import CallRow
from storage.tables import WrapUp
from storage.tables.agent_work import WrapUpStatus

_Part = TypeVar("_Part", bound=Answer)


def summary(row: CallRow, parts: Services) -> CallSummary:
    """One line of the history, with how the last agent's after-call work stands now."""
    return CallSummary.model_validate(replace(row, wrap_up=_wrap_up_of(row, parts)))


def _wrap_up_of(row: CallRow, parts: Services) -> str | None:
    if row.agent is None or row.wrap_up is None:
        return None
    return _status(row.wrap_up, at_it=works_on(parts.hub.agent(row.agent), row.id))


def call_answer(detail: CallDetail, who: SignedIn, parts: Services) -> CallAnswer:
    """One call as this user may see it."""
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
