"""The agent's own state and day, and a supervisor's help for one who is stuck."""

from typing import Annotated

from fastapi import APIRouter, Query

from agent_console.api.agents import queries, use_cases
from agent_console.api.agents.shapes import OwnCallAnswer, OwnCallList, OwnDayAnswer, PauseBody, SignOutBody
from agent_console.api.common.access import Agent, AgentSignOuter, Commander, From, Parts
from agent_console.api.common.days import LocalDay
from agent_console.api.common.fields import Extension
from agent_console.services.audit import actor_of
from cti.control.commands import GoReady, Pause, SignOut
from office.rules.roles import Privilege
from storage.rows.calls import MAX_PAGE

router = APIRouter(tags=["agents"])


@router.get("/agent/calls")
async def own_calls(
    parts: Parts, agent: Agent, limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 15
) -> OwnCallList:
    """The last calls in which the agent took part."""
    rows = await queries.last_calls(parts, agent, limit)
    return OwnCallList(items=[OwnCallAnswer.of(row) for row in rows])


@router.get("/agent/day")
async def own_day(parts: Parts, agent: Agent, day: LocalDay) -> OwnDayAnswer:
    """The conversations that the agent had on a local day, today when none is given, in four figures."""
    return OwnDayAnswer.of(await queries.figures(parts, agent, day), day=day.local)


@router.post("/agent/ready", status_code=204)
async def go_ready(parts: Parts, agent: Commander) -> None:
    """Sign in to the agent's queues, or end a pause. The result comes over the live connection."""
    await parts.deps.floor.execute(GoReady(agent.ext))


@router.post("/agent/pause", status_code=204)
async def pause(body: PauseBody, parts: Parts, agent: Commander) -> None:
    """Get no queue calls for a while; allowed in mid-call."""
    await parts.deps.floor.execute(Pause(agent.ext, body.reason))


@router.post("/agent/signout", status_code=204)
async def sign_off(parts: Parts, agent: Commander) -> None:
    """Leave all queues; the console stays signed in."""
    await parts.deps.floor.execute(SignOut(agent.ext, by=agent.user.login))


@router.post("/agents/{ext}/signout", status_code=204)
async def sign_off_other(
    ext: Extension, body: SignOutBody, parts: Parts, who: AgentSignOuter, visitor: From
) -> None:
    """Take an agent out of all queues; of whoever leads teams, one of theirs.

    The audit says who asked, why, and what came of it.
    """
    command = SignOut(ext, by=who.login, reason=body.reason)
    scope = who.scope(Privilege.SIGN_OUT_AGENTS)
    await use_cases.sign_out(parts, actor_of(who, visitor.address), scope, command)
