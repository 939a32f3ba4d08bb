"""Bookmarks, gaps and settings."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.repositories.statements import excluded, insert_into
from storage.tables import Bookmark, Gap, Setting


class Bookmarks:
    """How far a reader has come."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, name: str) -> Any:
        """The value put last, None when there is none."""
        return await self._session.scalar(select(Bookmark.value).where(Bookmark.name == name))

    async def put(self, name: str, value: Any) -> None:
        """Remember a JSON value."""
        statement = insert_into(self._session, Bookmark).values(name=name, value=value)
        await self._session.execute(
            statement.on_conflict_do_update(index_elements=["name"], set_=excluded(statement, ["value"]))
        )


class Gaps:
    """Times in which Asterisk was not heard. The recorder writes them through `Journal`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def open(self) -> Sequence[Gap]:
        """Gaps that nothing has closed yet, oldest first."""
        query = select(Gap).where(Gap.ended_at.is_(None)).order_by(Gap.started_at)
        return (await self._session.scalars(query)).all()

    async def between(self, since: datetime, until: datetime) -> Sequence[Gap]:
        """Gaps that touch the period, oldest first."""
        query = select(Gap).where(Gap.started_at < until, Gap.ended_at.is_(None) | (Gap.ended_at > since))
        return (await self._session.scalars(query.order_by(Gap.started_at))).all()


class Settings:
    """Settings changed at run time."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, key: str) -> Any:
        """The value, None when it was never set."""
        return await self._session.scalar(select(Setting.value).where(Setting.key == key))

    async def put(self, key: str, value: Any) -> None:
        """Set a JSON value."""
        statement = insert_into(self._session, Setting).values(key=key, value=value)
        await self._session.execute(
            statement.on_conflict_do_update(index_elements=["key"], set_=excluded(statement, ["value"]))
        )

    async def remove(self, key: str) -> None:
        """Back to the default."""
        await self._session.execute(delete(Setting).where(Setting.key == key))
