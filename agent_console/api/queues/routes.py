"""The callers behind a queue's figures."""

from fastapi import APIRouter

from agent_console.api.common.access import Parts, User
from agent_console.api.common.days import LocalDay
from agent_console.api.common.fields import QueueName
from agent_console.api.queues.shapes import AbandonedAnswer, AbandonedList
from agent_console.http.problems import Problem
from storage.repositories.history import History
from storage.repositories.routing import Queues

router = APIRouter(tags=["queues"])


@router.get("/queues/{name}/abandoned")
async def abandoned_callers(name: QueueName, parts: Parts, who: User, day: LocalDay) -> AbandonedList:
    """Who gave up waiting on a local day, today when none is given: the list behind the tile's number."""
    async with parts.listing(who.user_id) as session:
        if await Queues(session).by_name(name) is None:
            raise Problem(404, "not_found", "There is no such queue.")
        rows = await History(session).abandoned(name, day.began, day.ends)
    return AbandonedList(day=day.local, items=[AbandonedAnswer.model_validate(row) for row in rows])
