"""The callers behind a queue's figures."""

from datetime import date, datetime

from fastapi import APIRouter

from agent_console.api.access import Parts, User
from agent_console.api.days import LocalDay
from agent_console.api.fields import Answer, QueueName
from agent_console.problems import Problem
from storage.repositories.history import History
from storage.repositories.routing import Queues

router = APIRouter(tags=["queues"])


class AbandonedAnswer(Answer):
    """A caller who gave up. `called_back`: somebody spoke with this number since."""

    call_id: str
    number: str
    number_e164: str | None
    name: str
    customer_id: int | None
    customer_name: str | None
    customer_name_en: str | None
    company: str | None
    at: datetime
    waited_s: float
    called_back: bool


class AbandonedList(Answer):
    """Newest first."""

    day: date
    items: list[AbandonedAnswer]


@router.get("/queues/{name}/abandoned")
async def abandoned_callers(name: QueueName, parts: Parts, who: User, day: LocalDay) -> AbandonedList:
    """Who gave up waiting on a local day, today when none is given: the list behind the tile's number."""
    async with parts.listing(who.user_id) as session:
        if await Queues(session).by_name(name) is None:
            raise Problem(404, "not_found", "There is no such queue.")
        rows = await History(session).abandoned(name, day.began, day.ends)
    return AbandonedList(day=day.local, items=[AbandonedAnswer.model_validate(row) for row in rows])
