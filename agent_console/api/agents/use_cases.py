"""What a supervisor does with agents."""

from agent_console.http.problems import Problem
from agent_console.services.assembly import Services
from cti.control.commands import SignOut
from office.audit import Act, Actor
from storage.scope import Scope, Teams


async def sign_out(parts: Services, actor: Actor, scope: Scope, command: SignOut) -> None:
    """Take an agent out of all queues. The audit says who asked, why, and what came of it. Raises Problem."""
    act = Act("agent_sign_out", f"agent:{command.agent}", {"reason": command.reason})
    if isinstance(scope, Teams) and command.agent not in scope.extensions:
        await parts.audit.refused(actor, act, "forbidden")
        raise Problem(403, "forbidden", "This agent is in none of your teams.")
    async with parts.audit.attempt(actor, act):
        await parts.deps.floor.execute(command)
