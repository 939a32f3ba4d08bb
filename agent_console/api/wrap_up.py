"""After-call work: the draft that is saved while the agent types, and its end."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from agent_console.api.access import Agent, Parts, PhoneUser
from agent_console.api.fields import Answer, Body, CallId, Note, PlainText
from agent_console.api.parts import took_part
from agent_console.problems import Problem
from agent_console.services import Services
from cti.control.commands import FinishWrapUp
from storage.repositories.calls import Calls
from storage.repositories.wrap_ups import WrapUps
from storage.tables import WrapUp

router = APIRouter(tags=["wrap-up"])

Code = Annotated[PlainText, Field(min_length=1, max_length=32)]


class DraftBody(Body):
    """What was typed and chosen so far."""

    note: Note
    disposition: Code | None = None


class DoneBody(Body):
    """The result of the call."""

    note: Note
    disposition: Code


class WrapUpAnswer(Answer):
    """The agent's own after-call work on the call."""

    note: str = ""
    disposition: str | None = None
    draft: bool = True
    started_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str | None = None


@router.get("/calls/{call_id}/wrap-up")
async def read_wrap_up(call_id: CallId, parts: Parts, agent: Agent) -> WrapUpAnswer:
    """What this agent saved so far; empty when nothing was."""
    async with parts.deps.database.session() as session:
        saved = await WrapUps(session).of(call_id, agent.ext)
    if saved is None or not agent.user.had_extension(saved.updated_at):
        return WrapUpAnswer()
    return WrapUpAnswer.model_validate(saved)


@router.put("/calls/{call_id}/wrap-up")
async def save_draft(call_id: CallId, body: DraftBody, parts: Parts, agent: Agent) -> WrapUpAnswer:
    """Keep what was typed; from the ringing on, so that nothing typed is ever lost."""
    await _must_be_theirs(parts, call_id, agent)
    _check_disposition(parts, body.disposition)
    async with parts.deps.database.transaction() as session:
        repository = WrapUps(session)
        saved = await repository.save_draft(
            call_id,
            agent.ext,
            disposition=body.disposition,
            note=body.note,
            now=parts.deps.clock(),
            since=_present_part(parts, call_id, agent),
        )
        return _answer(saved, await repository.of(call_id, agent.ext))


@router.post("/calls/{call_id}/wrap-up/done")
async def finish(call_id: CallId, body: DoneBody, parts: Parts, agent: Agent) -> WrapUpAnswer:
    """Save for good and be free for the next call. Saved first: an agent is never freed from unsaved work."""
    own = parts.hub.agent(agent.ext)
    if own is None or own["wrap_up_call"] != call_id:
        raise Problem(409, "no_wrap_up", "There is no after-call work for this call now.")
    _check_disposition(parts, body.disposition)
    began = datetime.fromisoformat(own["activity_since"])
    async with parts.deps.database.transaction() as session:
        repository = WrapUps(session)
        saved = await repository.finish(
            call_id,
            agent.ext,
            disposition=body.disposition,
            note=body.note,
            ended_by="agent",
            now=parts.deps.clock(),
            started_at=began,
            since=began,
        )
        answer = _answer(saved, await repository.of(call_id, agent.ext))
    await parts.deps.control.execute(FinishWrapUp(call_id, agent.ext, body.disposition, body.note))
    return answer


def _present_part(parts: Services, call_id: str, agent: PhoneUser) -> datetime | None:
    """Since when the call rings, talks or is worked on at the agent's; None when it is with them no more."""
    own = parts.hub.agent(agent.ext)
    if own is None or call_id not in (own["call"], own["wrap_up_call"]):
        return None
    return datetime.fromisoformat(own["activity_since"])


def _answer(saved: bool, row: WrapUp | None) -> WrapUpAnswer:
    if not saved:
        raise Problem(409, "already_finished", "The after-call work of this call was finished before.")
    return WrapUpAnswer.model_validate(row)


def _check_disposition(parts: Services, code: str | None) -> None:
    known = {it.code for it in parts.deps.settings.dispositions}
    if code is not None and code not in known:
        raise Problem(422, "unknown_disposition", "This is not one of the dispositions to choose from.")


async def _must_be_theirs(parts: Services, call_id: str, agent: PhoneUser) -> None:
    """Only who had part in a call may note something on it; the live picture knows before the database."""
    call, own = parts.hub.call(call_id), parts.hub.agent(agent.ext)
    if call is not None and call["agent"] == agent.ext:
        return
    if own is not None and call_id in (own["call"], own["wrap_up_call"]):
        return
    async with parts.deps.database.session() as session:
        recorded = await Calls(session).by_id(call_id)
    if recorded is None or not took_part(recorded, agent.user):
        raise Problem(404, "not_found", "There is no such call, or it was not yours.")
