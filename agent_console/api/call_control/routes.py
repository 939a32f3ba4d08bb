"""What an agent does with a call. An answer means "asked for"; what came of it is on the live connection."""

from fastapi import APIRouter

from agent_console.api.call_control import use_cases
from agent_console.api.call_control.shapes import (
    CustomerBody,
    DialBody,
    StartedCall,
    TestCallBody,
    TransferBody,
)
from agent_console.api.common.access import Commander, From, Parts, TestCaller
from agent_console.api.common.fields import CallId
from agent_console.services.audit import actor_of
from cti.control import commands as cmd

router = APIRouter(tags=["call control"])


@router.post("/calls/{call_id}/answer", status_code=204)
async def answer(call_id: CallId, parts: Parts, agent: Commander) -> None:
    """Take the ringing call."""
    await parts.deps.floor.execute(cmd.Answer(call_id, agent.ext))


@router.post("/calls/{call_id}/hangup", status_code=204)
async def hang_up(call_id: CallId, parts: Parts, agent: Commander) -> None:
    """End the conversation, or decline the ringing call."""
    await parts.deps.floor.execute(cmd.HangUp(call_id, agent.ext))


@router.post("/calls/{call_id}/hold", status_code=204)
async def hold(call_id: CallId, parts: Parts, agent: Commander) -> None:
    """Put the caller on hold."""
    await parts.deps.floor.execute(cmd.Hold(call_id, agent.ext))


@router.post("/calls/{call_id}/resume", status_code=204)
async def resume(call_id: CallId, parts: Parts, agent: Commander) -> None:
    """Take the caller back."""
    await parts.deps.floor.execute(cmd.Resume(call_id, agent.ext))


@router.post("/calls/{call_id}/mute", status_code=204)
async def mute(call_id: CallId, parts: Parts, agent: Commander) -> None:
    """Switch the microphone off."""
    await parts.deps.floor.execute(cmd.Mute(call_id, agent.ext))


@router.post("/calls/{call_id}/unmute", status_code=204)
async def unmute(call_id: CallId, parts: Parts, agent: Commander) -> None:
    """Switch the microphone on."""
    await parts.deps.floor.execute(cmd.Unmute(call_id, agent.ext))


@router.post("/calls/{call_id}/transfer", status_code=204)
async def transfer(call_id: CallId, body: TransferBody, parts: Parts, agent: Commander) -> None:
    """Send the caller on at once, with the record."""
    command: cmd.Command
    if body.to_queue is not None:
        command = cmd.TransferToQueue(call_id, agent.ext, body.to_queue, body.note)
    else:
        command = cmd.TransferToAgent(call_id, agent.ext, body.to_agent or "", body.note)
    await parts.deps.floor.execute(command)


@router.post("/calls/{call_id}/customer", status_code=204)
async def choose_customer(call_id: CallId, body: CustomerBody, parts: Parts, agent: Commander) -> None:
    """Say which of several customers with the caller's number it is; goes into the history."""
    await parts.deps.floor.execute(cmd.ChooseCustomer(call_id, agent.ext, body.customer))


@router.post("/dial")
async def dial(body: DialBody, parts: Parts, agent: Commander, visitor: From) -> StartedCall:
    """Ring the agent's phone, then the number; so many a minute for each user, emergency calls aside."""
    actor = actor_of(agent.user, visitor.address)
    return StartedCall(call=await use_cases.dial(parts, actor, agent, body.number))


@router.post("/test-call")
async def place_test_call(body: TestCallBody, parts: Parts, who: TestCaller, visitor: From) -> StartedCall:
    """A real call to a hotline by the built-in test caller; so many a minute for each user."""
    command = cmd.PlaceTestCall(body.hotline, body.from_, body.keys)
    return StartedCall(call=await use_cases.place_test_call(parts, actor_of(who, visitor.address), command))
