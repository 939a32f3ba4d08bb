"""The settings that figures depend on, as they were at any time; a change adds a row and alters none."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import FigureSetting

FOR_EVER = datetime(1970, 1, 1, tzinfo=UTC)
Settings = Mapping[tuple[str, str], Any]
"""By subject and name."""


class FigureSettings:
    """Reads and adds them."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def at(self, moment: datetime) -> Settings:
        """All that held then."""
        newest = (
            select(FigureSetting.subject, FigureSetting.name, func.max(FigureSetting.since))
            .where(FigureSetting.since <= moment)
            .group_by(FigureSetting.subject, FigureSetting.name)
        )
        rows = select(FigureSetting).where(
            tuple_(FigureSetting.subject, FigureSetting.name, FigureSetting.since).in_(newest)
        )
        return {(row.subject, row.name): row.value for row in await self._session.scalars(rows)}

    async def of(self, subject: str, name: str) -> list[tuple[datetime, Any]]:
        """Since when which value held, in the order of time."""
        query = (
            select(FigureSetting.since, FigureSetting.value)
            .where(FigureSetting.subject == subject, FigureSetting.name == name)
            .order_by(FigureSetting.since)
        )
        return [(since, value) for since, value in await self._session.execute(query)]

    async def keep(self, held: Settings, since: datetime) -> None:
        """Add a row for each that is not what held before. What was never kept held for ever."""
        before = await self.at(since)
        self._session.add_all(
            FigureSetting(
                subject=subject,
                name=name,
                since=since if (subject, name) in before else FOR_EVER,
                value=value,
            )
            for (subject, name), value in held.items()
            if (subject, name) not in before or before[subject, name] != value
        )
        await self._session.flush()
