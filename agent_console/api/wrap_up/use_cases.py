"""An agent's after-call work: what is typed is saved, and who has finished is free for the next call."""

from datetime import datetime

from agent_console.api.common.access import PhoneUser
from agent_console.api.common.leg_now import LegNow
from agent_console.api.wrap_up import queries
from agent_console.api.wrap_up.shapes import DoneBody, DraftBody
from agent_console.http.problems import Problem
from agent_console.services.assembly import Services
from crm import wrap_ups
from crm.wrap_ups import AlreadyFinished, Leg, Outcome
from cti.control.commands import FinishWrapUp
from office.audit import Actor
from storage.tables import WrapUp


async def save_draft(
    parts: Services, actor: Actor, agent: PhoneUser, call_id: str, turn: int, body: DraftBody
) -> WrapUp:
    """Keep what was typed; from the ringing on, and after the time ran out. Raises Problem."""
    await queries.where_it_stands(parts, call_id, turn, agent)
    _check_disposition(parts, body.disposition)
    leg, desk, now = Leg(call_id, agent.ext, turn), parts.deps.database.desk, parts.deps.clock()
    try:
        return await wrap_ups.save_draft(desk, actor, leg, body.note, body.disposition, now=now)
    except AlreadyFinished:
        raise _finished_before() from None


async def finish(
    parts: Services, actor: Actor, agent: PhoneUser, call_id: str, turn: int, body: DoneBody
) -> WrapUp:
    """Save for good, and then free the agent if it is the work in hand. Raises Problem, Refused."""
    stands = await queries.where_it_stands(parts, call_id, turn, agent)
    if stands is LegNow.GOES_ON:
        raise Problem(409, "call_not_over", "The conversation is not over yet.")
    _check_disposition(parts, body.disposition)
    began_at = _began(parts, agent.ext) if stands is LegNow.IN_HAND else None
    outcome = Outcome(body.note, body.disposition, began_at, late=stands is LegNow.OVER)
    leg, desk, now = Leg(call_id, agent.ext, turn), parts.deps.database.desk, parts.deps.clock()
    try:
        row = await wrap_ups.finish(desk, actor, leg, outcome, now=now)
    except AlreadyFinished:
        raise _finished_before() from None
    if stands is not LegNow.OVER:
        await parts.deps.floor.execute(FinishWrapUp(call_id, agent.ext, turn, body.disposition))
    return row


def _began(parts: Services, ext: str) -> datetime | None:
    """When the after-call work in hand began, as the live picture has it."""
    own = parts.hub.agent(ext)
    return own.activity_since if own is not None else None


def _check_disposition(parts: Services, code: str | None) -> None:
    known = {it.code for it in parts.deps.settings.dispositions}
    if code is not None and code not in known:
        raise Problem(422, "unknown_disposition", "This is not one of the dispositions to choose from.")


def _finished_before() -> Problem:
    return Problem(409, "already_finished", "The after-call work of this conversation was finished before.")
