"""Calls that users start."""

from agent_console.api.common.access import PhoneUser
from agent_console.services.assembly import Services
from crm.rules.numbers import shortened
from cti.control.commands import Dial, PlaceTestCall
from office.audit import Act, Actor


async def dial(parts: Services, actor: Actor, agent: PhoneUser, number: str) -> str | None:
    """Ring the agent's phone, then the number; so many a minute for each user, emergency calls aside.

    The identity of the call, None until the first event tells it.
    """
    act = Act("dial", f"agent:{agent.ext}", {"number": shortened(number)})
    async with parts.audit.outcome(actor, act):
        if not parts.deps.is_emergency(number):
            await parts.dials.take(agent.user.login)
        result = await parts.deps.floor.execute(Dial(agent.ext, number))
        act.detail["call"] = result.call_id
    return result.call_id


async def place_test_call(parts: Services, actor: Actor, command: PlaceTestCall) -> str | None:
    """A real call to a hotline by the built-in test caller; so many a minute for each user."""
    act = Act("test_call", f"hotline:{command.hotline}")
    async with parts.audit.errors(actor, act):
        await parts.test_calls.take(str(actor.user_id))
    async with parts.audit.attempt(actor, act):
        result = await parts.deps.floor.execute(command)
    return result.call_id
