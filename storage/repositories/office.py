"""Tells cheaply whether who works here, or where callers go, has changed since it was last read."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import OfficeVersion

_VALUE = select(OfficeVersion.value)


async def office_version(session: AsyncSession) -> int:
    """Another number than before when users, agents, queues, hotlines, memberships or settings changed."""
    return await session.scalar(_VALUE) or 0
