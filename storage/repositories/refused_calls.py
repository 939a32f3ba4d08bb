"""Calls that did not come in: the list of them, and how many for which cause."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.rows.calls import MAX_PAGE
from storage.tables import RefusedCall


@dataclass(frozen=True, slots=True)
class RefusalTotal:
    """How often a cause kept calls of a trunk away, and when last."""

    cause: str
    trunk: str
    count: int
    last_at: datetime


class RefusedCalls:
    """The book of refused calls. The recorder writes it through `Journal`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def newest(self, *, before: int | None = None, limit: int = MAX_PAGE) -> Sequence[RefusedCall]:
        """The last lines, newest first; `before` is the id of the last one of the page before."""
        query = select(RefusedCall).order_by(RefusedCall.id.desc()).limit(min(limit, MAX_PAGE))
        if before is not None:
            query = query.where(RefusedCall.id < before)
        return (await self._session.scalars(query)).all()

    async def by_id(self, row_id: int) -> RefusedCall | None:
        """One line."""
        return await self._session.get(RefusedCall, row_id)

    async def since(self, moment: datetime) -> Sequence[RefusedCall]:
        """Lines that count a call since then."""
        query = select(RefusedCall).where(RefusedCall.last_at >= moment).order_by(RefusedCall.id)
        return (await self._session.scalars(query)).all()

    async def last_at(self, causes: Collection[str]) -> datetime | None:
        """When the last call was kept away by one of these, as far as is written."""
        return await self._session.scalar(
            select(func.max(RefusedCall.last_at)).where(RefusedCall.cause.in_(causes))
        )

    async def totals(self, since: datetime) -> Sequence[RefusalTotal]:
        """By cause and trunk, the most frequent first."""
        count = func.sum(RefusedCall.count)
        query = (
            select(RefusedCall.cause, RefusedCall.trunk, count, func.max(RefusedCall.last_at))
            .where(RefusedCall.last_at >= since)
            .group_by(RefusedCall.cause, RefusedCall.trunk)
            .order_by(count.desc(), RefusedCall.cause, RefusedCall.trunk)
        )
        return [RefusalTotal(*row) for row in (await self._session.execute(query)).all()]

    async def forget(self, *, until: datetime, most: int) -> int:
        """Delete what is older, and the oldest of more than `most` lines; how many were deleted."""
        newest = await self._session.scalar(select(func.max(RefusedCall.id))) or 0
        old = (RefusedCall.last_at < until) | (RefusedCall.id <= newest - most)
        result = await self._session.execute(delete(RefusedCall).where(old))
        return int(result.rowcount)  # type: ignore[attr-defined]
