"""Reads after-call work, and whose conversation it belongs to."""

from collections.abc import Sequence

from agent_console.api.common.access import PhoneUser
from agent_console.api.common.leg_now import LegNow, leg_now
from agent_console.auth.own_calls import had_turn
from agent_console.http.problems import Problem
from agent_console.services.assembly import Services
from storage.repositories.calls import Calls
from storage.repositories.wrap_ups import WrapUps
from storage.tables import WrapUp


async def noted(parts: Services, call_id: str, agent: PhoneUser) -> Sequence[WrapUp]:
    """What this agent noted on each of their legs in the call, in order."""
    async with parts.deps.database.desk.session() as session:
        rows = await WrapUps(session).of_agent(call_id, agent.ext)
    return [row for row in rows if agent.user.had_extension(row.updated_at)]


async def where_it_stands(parts: Services, call_id: str, turn: int, agent: PhoneUser) -> LegNow:
    """Whether the leg goes on. Only who had it may note something on it; the live picture knows first.

    Raises Problem when it was not theirs.
    """
    now = leg_now(parts.hub.agent(agent.ext), call_id, turn)
    if now is not None:
        return now
    async with parts.deps.database.desk.session() as session:
        recorded = await Calls(session).by_id(call_id)
    if recorded is None or not had_turn(recorded, turn, agent.user):
        raise Problem(404, "not_found", "There is no such conversation, or it was not yours.")
    return LegNow.OVER
