"""After-call work on one's own legs: the draft that is saved while the agent types, its end, and later."""

from typing import Annotated

from fastapi import APIRouter, Path

from agent_console.api.common.access import Agent, Parts, PhoneUser
from agent_console.api.common.fields import CallId
from agent_console.api.common.leg_now import LegNow, leg_now
from agent_console.api.wrap_up.shapes import DoneBody, DraftBody, EarlierAnswer, WrapUpAnswer
from agent_console.auth.own_calls import had_turn
from agent_console.http.problems import Problem
from agent_console.services.assembly import Services
from cti.control.commands import FinishWrapUp
from storage.repositories.calls import Calls
from storage.repositories.wrap_ups import WrapUps
from storage.tables import WrapUp

router = APIRouter(tags=["wrap-up"])

Turn = Annotated[
    int,
    Path(
        ge=1,
        le=1000,
        description="The how-manieth leg of this agent in the call; 2 when the caller came back.",
    ),
]


@router.get("/calls/{call_id}/wrap-ups/{turn}")
async def read_wrap_up(call_id: CallId, turn: Turn, parts: Parts, agent: Agent) -> WrapUpAnswer:
    """What this agent saved so far on this leg, empty when nothing was; and on their earlier ones."""
    async with parts.deps.database.desk.session() as session:
        rows = await WrapUps(session).of_agent(call_id, agent.ext)
    own = [row for row in rows if agent.user.had_extension(row.updated_at)]
    saved = next((row for row in own if row.turn == turn), None)
    answer = WrapUpAnswer() if saved is None else _answer_of(saved)
    earlier = tuple(EarlierAnswer.model_validate(row) for row in own if row.turn < turn)
    return answer.model_copy(update={"earlier": earlier})


@router.put("/calls/{call_id}/wrap-ups/{turn}")
async def save_draft(
    call_id: CallId, turn: Turn, body: DraftBody, parts: Parts, agent: Agent
) -> WrapUpAnswer:
    """Keep what was typed; from the ringing on, and after the time ran out: nothing typed is ever lost."""
    await _where_it_stands(parts, call_id, turn, agent)
    _check_disposition(parts, body.disposition)
    async with parts.deps.database.desk.transaction() as session:
        repository = WrapUps(session)
        saved = await repository.save_draft(
            call_id,
            agent.ext,
            turn=turn,
            disposition=body.disposition,
            note=body.note,
            now=parts.deps.clock(),
        )
        return _answer(saved, await repository.of(call_id, agent.ext, turn))


@router.post("/calls/{call_id}/wrap-ups/{turn}/done")
async def finish(call_id: CallId, turn: Turn, body: DoneBody, parts: Parts, agent: Agent) -> WrapUpAnswer:
    """Save for good, and be free for the next call when it is the work in hand.

    Also later, when the time ran out or another call came in between. Saved first: an agent is never freed
    from unsaved work.
    """
    now = await _where_it_stands(parts, call_id, turn, agent)
    if now is LegNow.GOES_ON:
        raise Problem(409, "call_not_over", "The conversation is not over yet.")
    _check_disposition(parts, body.disposition)
    own = parts.hub.agent(agent.ext)
    in_hand = now is LegNow.IN_HAND and own is not None
    async with parts.deps.database.desk.transaction() as session:
        repository = WrapUps(session)
        saved = await repository.finish(
            call_id,
            agent.ext,
            turn=turn,
            disposition=body.disposition,
            note=body.note,
            now=parts.deps.clock(),
            started_at=own.activity_since if own and in_hand else None,
            late=now is LegNow.OVER,
        )
        answer = _answer(saved, await repository.of(call_id, agent.ext, turn))
    if now is not LegNow.OVER:
        await parts.deps.floor.execute(FinishWrapUp(call_id, agent.ext, turn, body.disposition))
    return answer


def _answer(saved: bool, row: WrapUp | None) -> WrapUpAnswer:
    if not saved or row is None:
        raise Problem(
            409, "already_finished", "The after-call work of this conversation was finished before."
        )
    return _answer_of(row)


def _answer_of(row: WrapUp) -> WrapUpAnswer:
    names = WrapUpAnswer.model_fields.keys() - {"earlier"}
    return WrapUpAnswer.model_validate({name: getattr(row, name) for name in names})


def _check_disposition(parts: Services, code: str | None) -> None:
    known = {it.code for it in parts.deps.settings.dispositions}
    if code is not None and code not in known:
        raise Problem(422, "unknown_disposition", "This is not one of the dispositions to choose from.")


async def _where_it_stands(parts: Services, call_id: str, turn: int, agent: PhoneUser) -> LegNow:
    """Whether the leg goes on. Only who had it may note something on it; the live picture knows first."""
    now = leg_now(parts.hub.agent(agent.ext), call_id, turn)
    if now is not None:
        return now
    async with parts.deps.database.desk.session() as session:
        recorded = await Calls(session).by_id(call_id)
    if recorded is None or not had_turn(recorded, turn, agent.user):
        raise Problem(404, "not_found", "There is no such conversation, or it was not yours.")
    return LegNow.OVER
