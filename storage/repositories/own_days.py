"""An agent's own day in four figures (docs/metrics.md), counted in one statement."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.repositories.whose_extension import WHO_HAD_THE_CALL
from storage.tables import Agent, Call


@dataclass(frozen=True, slots=True)
class OwnDay:
    """Lengths in seconds; without calls None, since a mean of nothing is not zero."""

    handled: int
    mean_talk_s: float | None
    longest_talk_s: float | None
    mean_wait_s: float | None


class OwnDays:
    """Counts what agents did themselves."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def between(self, extension: str, since: datetime, until: datetime) -> OwnDay:
        """The figures of who has the extension now, of calls that began from `since` to before `until`."""
        conversations = (
            select(
                func.count(),
                func.avg(Call.talk_s),
                func.max(Call.talk_s),
                func.avg(Call.wait_s).filter(Call.direction == "inbound"),
            )
            .select_from(Call)
            .join(Agent, WHO_HAD_THE_CALL)
            .where(
                Call.agent == extension,
                Call.started_at >= since,
                Call.started_at < until,
                Call.talk_s > 0,
                Call.test.is_(False),
            )
        )
        return OwnDay(*(await self._session.execute(conversations)).one())
