"""The agent's own state and day, and a supervisor's help for one who is stuck."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from agent_console.api.access import Agent, AgentSignOuter, From, Parts
from agent_console.api.days import LocalDay
from agent_console.api.fields import Answer, Body, Extension, Name, PlainText
from agent_console.audit import actor_of
from cti.control.commands import GoReady, Pause, SignOut
from office.audit import Act
from storage.repositories.call_lanes import HistoryFilter
from storage.repositories.history import MAX_PAGE, History
from storage.repositories.own_days import OwnDays

router = APIRouter(tags=["agents"])


class PauseBody(Body):
    """Why."""

    reason: Name


class SignOutBody(Body):
    """Why a supervisor does it; goes into the audit."""

    reason: Annotated[PlainText, Field(min_length=1, max_length=200)]


class OwnDayAnswer(Answer):
    """An agent's own day; lengths are null without calls."""

    day: date
    handled: int
    mean_talk_s: float | None
    longest_talk_s: float | None
    mean_wait_s: float | None = Field(description="How long the callers among them had waited in queues.")


class OwnCallAnswer(Answer):
    """A call of the agent in the few words that the desk has for it; GET /calls/{call_id} tells all."""

    id: str
    direction: str
    number: str
    customer_name: str | None
    customer_name_en: str | None
    started_at: datetime
    outcome: str | None
    talk_s: float
    agent_talk_s: float | None = Field(description="The agent's own part of the talk.")
    test: bool


class OwnCallList(Answer):
    """Newest first."""

    items: list[OwnCallAnswer]


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
async def go_ready(parts: Parts, agent: Agent) -> None:
    """Sign in to the agent's queues, or end a pause. The result comes over the live connection."""
    await parts.deps.control.execute(GoReady(agent.ext))


@router.post("/agent/pause", status_code=204)
async def pause(body: PauseBody, parts: Parts, agent: Agent) -> None:
    """Get no queue calls for a while; allowed in mid-call."""
    await parts.deps.control.execute(Pause(agent.ext, body.reason))


@router.post("/agent/signout", status_code=204)
async def sign_off(parts: Parts, agent: Agent) -> None:
    """Leave all queues; the console stays signed in."""
    await parts.deps.control.execute(SignOut(agent.ext, by=agent.user.login))


@router.post("/agents/{ext}/signout", status_code=204)
async def sign_off_other(
    ext: Extension, body: SignOutBody, parts: Parts, who: AgentSignOuter, visitor: From
) -> None:
    """Take an agent out of all queues. The audit says who asked, why, and what came of it."""
    act = Act("agent_sign_out", f"agent:{ext}", {"reason": body.reason})
    async with parts.audit.attempt(actor_of(who, visitor.address), act):
        await parts.deps.control.execute(SignOut(ext, by=who.login, reason=body.reason))
