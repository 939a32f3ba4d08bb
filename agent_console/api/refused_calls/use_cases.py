"""Calling back who was refused: a whole number is noted before it is told, or it is not told."""

from agent_console.http.problems import Problem
from agent_console.services.assembly import Services
from crm.rules.numbers import is_withheld
from office.audit import Act, Actor
from storage.repositories.refused_calls import RefusedCalls


async def number_to_call_back(parts: Services, actor: Actor, row_id: int) -> str:
    """The number as it came. Raises Problem when there is no such call, or it came without one."""
    act = Act("refused_call_number_shown", f"refused_call:{row_id}")
    async with parts.audit.transaction(actor, act) as session:
        row = await RefusedCalls(session).by_id(row_id)
        if row is None or is_withheld(row.number):
            raise Problem(404, "not_found", "There is no such call, or it came without a number.")
        return row.number
