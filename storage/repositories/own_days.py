"""An agent's own day in four figures (docs/metrics.md), counted in one statement."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import Agent, Call, Leg, Stint

_LONGEST_TALK = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OwnDay:
    """Lengths in seconds; without conversations None, since a mean of nothing is not zero."""

    handled: int
    mean_talk_s: float | None
    longest_talk_s: float | None
    mean_wait_s: float | None


class OwnDays:
    """Counts what agents did themselves."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def between(self, extension: str, since: datetime, until: datetime) -> OwnDay:
        """The figures of who has the extension now, of legs that ended from `since` to before `until`."""
        legs = (
            select(func.count(), func.avg(Leg.talk_s), func.max(Leg.talk_s), func.avg(Stint.wait_s))
            .select_from(Leg)
            .join(Call, Call.id == Leg.call_id)
            .join(Agent, Agent.extension == Leg.agent)
            .outerjoin(Stint, and_(Stint.call_id == Leg.call_id, Stint.no == Leg.stint))
            .where(
                Leg.agent == extension,
                # What the index knows: nobody speaks for longer than a day.
                Leg.started_at >= since - _LONGEST_TALK,
                Leg.started_at < until,
                Leg.ended_at >= since,
                Leg.ended_at < until,
                or_(Agent.held_since.is_(None), Leg.started_at >= Agent.held_since),
                Call.test.is_(False),
            )
        )
        return OwnDay(*(await self._session.execute(legs)).one())
