"""The callers behind a queue's figures."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Annotated

from fastapi import APIRouter, Query

from agent_console.api.access import Parts, User
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
async def abandoned_callers(
    name: QueueName, parts: Parts, who: User, day: Annotated[date | None, Query()] = None
) -> AbandonedList:
    """Who gave up waiting on a local day, today when none is given: the list behind the tile's number."""
    chosen = day or parts.deps.clock().astimezone(parts.deps.timezone).date()
    since, until = _bounds(chosen, parts.deps.timezone)
    async with parts.listing(who.user_id) as session:
        if await Queues(session).by_name(name) is None:
            raise Problem(404, "not_found", "There is no such queue.")
        rows = await History(session).abandoned(name, since, until)
    return AbandonedList(day=chosen, items=[AbandonedAnswer.model_validate(row) for row in rows])


def _bounds(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """From midnight to midnight, which is 23 or 25 hours when the clocks change."""
    try:
        start, end = (datetime.combine(d, time(), zone).astimezone(UTC) for d in (day, day + timedelta(1)))
    except OverflowError:
        raise Problem(422, "bad_day", "This day is outside of what can be counted.") from None
    return start, end
