"""After-call work on one's own legs: the draft that is saved while the agent types, its end, and later."""

from typing import Annotated

from fastapi import APIRouter, Path

from agent_console.api.common.access import Agent, From, Parts
from agent_console.api.common.fields import CallId
from agent_console.api.wrap_up import queries, use_cases
from agent_console.api.wrap_up.shapes import DoneBody, DraftBody, EarlierAnswer, WrapUpAnswer
from agent_console.services.audit import actor_of

router = APIRouter(tags=["wrap-up"])

Turn = Annotated[
    int,
    Path(
        ge=1,
        le=1000,
        description="The how-manieth leg of this agent in the call; 2 when the caller came back.",
    ),
]


@router.get("/calls/{call_id}/wrap-ups/{turn}")
async def read_wrap_up(call_id: CallId, turn: Turn, parts: Parts, agent: Agent) -> WrapUpAnswer:
    """What this agent saved so far on this leg, empty when nothing was; and on their earlier ones."""
    rows = await queries.noted(parts, call_id, agent)
    earlier = tuple(EarlierAnswer.of(row) for row in rows if row.turn < turn)
    saved = next((row for row in rows if row.turn == turn), None)
    return WrapUpAnswer(earlier=earlier) if saved is None else WrapUpAnswer.of(saved, earlier=earlier)


@router.put("/calls/{call_id}/wrap-ups/{turn}")
async def save_draft(
    call_id: CallId, turn: Turn, body: DraftBody, parts: Parts, agent: Agent, visitor: From
) -> WrapUpAnswer:
    """Keep what was typed; from the ringing on, and after the time ran out: nothing typed is ever lost."""
    actor = actor_of(agent.user, visitor.address)
    return WrapUpAnswer.of(await use_cases.save_draft(parts, actor, agent, call_id, turn, body))


@router.post("/calls/{call_id}/wrap-ups/{turn}/done")
async def finish(
    call_id: CallId, turn: Turn, body: DoneBody, parts: Parts, agent: Agent, visitor: From
) -> WrapUpAnswer:
    """Save for good, and be free for the next call when it is the work in hand.

    Also later, when the time ran out or another call came in between. Saved first: an agent is never freed
    from unsaved work.
    """
    actor = actor_of(agent.user, visitor.address)
    return WrapUpAnswer.of(await use_cases.finish(parts, actor, agent, call_id, turn, body))
