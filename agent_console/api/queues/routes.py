"""The callers behind a queue's figures."""

from fastapi import APIRouter

from agent_console.api.common.access import Parts, User
from agent_console.api.common.days import LocalDay
from agent_console.api.common.fields import QueueName
from agent_console.api.queues import queries
from agent_console.api.queues.shapes import AbandonedList
from agent_console.http.problems import Problem

router = APIRouter(tags=["queues"])


@router.get("/queues/{name}/abandoned")
async def abandoned_callers(name: QueueName, parts: Parts, who: User, day: LocalDay) -> AbandonedList:
    """Who gave up waiting on a local day, today when none is given: the list behind the tile's number."""
    rows = await queries.abandoned(parts, who, name, day)
    if rows is None:
        raise Problem(404, "not_found", "There is no such queue.")
    return AbandonedList(day=day.local, items=rows)
