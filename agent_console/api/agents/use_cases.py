"""What a supervisor does with agents."""

from agent_console.services.assembly import Services
from cti.control.commands import SignOut
from office.audit import Act, Actor


async def sign_out(parts: Services, actor: Actor, command: SignOut) -> None:
    """Take an agent out of all queues. The audit says who asked, why, and what came of it."""
    act = Act("agent_sign_out", f"agent:{command.agent}", {"reason": command.reason})
    async with parts.audit.attempt(actor, act):
        await parts.deps.floor.execute(command)
