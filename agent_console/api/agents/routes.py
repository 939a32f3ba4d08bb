"""The agent's own state and day, and a supervisor's help for one who is stuck."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query

from agent_console.api.agents.shapes import OwnCallAnswer, OwnCallList, OwnDayAnswer, PauseBody, SignOutBody
from agent_console.api.common.access import Agent, AgentSignOuter, Commander, From, Parts
from agent_console.api.common.days import LocalDay
from agent_console.api.common.fields import Extension
from agent_console.services.audit import actor_of
from cti.control.commands import GoReady, Pause, SignOut
from office.audit import Act
from storage.repositories.call_lanes import HistoryFilter
from storage.repositories.history import MAX_PAGE, History
from storage.repositories.own_days import OwnDays

router = APIRouter(tags=["agents"])


@router.get("/agent/calls")
async def own_calls(
    parts: Parts, agent: Agent, limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 15
) -> OwnCallList:
    """The last calls in which the agent took part."""
    wanted = HistoryFilter(agent=agent.ext, agent_since=agent.user.ext_since)
    async with parts.listing(agent.user.user_id) as session:
        page = await History(session).page(wanted, limit=limit)
    return OwnCallList(items=[OwnCallAnswer.model_validate(row) for row in page.items])


@router.get("/agent/day")
async def own_day(parts: Parts, agent: Agent, day: LocalDay) -> OwnDayAnswer:
    """The conversations that the agent had on a local day, today when none is given, in four figures."""
    async with parts.listing(agent.user.user_id) as session:
        figures = await OwnDays(session).between(agent.ext, day.began, day.ends)
    return OwnDayAnswer(day=day.local, **asdict(figures))


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
    """Take an agent out of all queues. The audit says who asked, why, and what came of it."""
    act = Act("agent_sign_out", f"agent:{ext}", {"reason": body.reason})
    async with parts.audit.attempt(actor_of(who, visitor.address), act):
        await parts.deps.floor.execute(SignOut(ext, by=who.login, reason=body.reason))
