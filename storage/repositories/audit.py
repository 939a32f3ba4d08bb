"""The audit and its seals. Both are added to and read, never changed or removed."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import AuditEntry, AuditSeal

# Entries get their numbers before they are committed: one may come after the seal of a later one.
_LATE_AT_MOST = 10_000
_WITH_ENTRIES = select(AuditSeal, AuditEntry).join(
    AuditEntry, AuditEntry.id == AuditSeal.entry_id, isouter=True
)


class Audit:
    """Who did what, and what came of it."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, entry: AuditEntry) -> int:
        """Write an entry and return its number."""
        self._session.add(entry)
        await self._session.flush()
        return entry.id

    async def newest(self, *, limit: int = 100, object: str | None = None) -> Sequence[AuditEntry]:
        """The last entries, of one object when asked, newest first."""
        query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
        if object is not None:
            query = query.where(AuditEntry.object == object)
        return (await self._session.scalars(query)).all()


class Seals:
    """The chain over the entries."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def last(self) -> tuple[AuditSeal, AuditEntry | None] | None:
        """The newest seal with its entry, None before the first."""
        query = _WITH_ENTRIES.order_by(AuditSeal.no.desc()).limit(1)
        found = (await self._session.execute(query)).first()
        return None if found is None else (found[0], found[1])

    async def unsealed(self, *, limit: int, after: int = 0, late: bool) -> Sequence[AuditEntry]:
        """Entries without a seal that are numbered above `after`, by their numbers.

        `late`: only where one may still be expected, so that the look does not grow with the audit.
        """
        sealed = select(AuditSeal.entry_id).where(AuditSeal.entry_id == AuditEntry.id).exists()
        query = select(AuditEntry).where(AuditEntry.id > after, ~sealed)
        if late:
            newest = await self._session.scalar(select(func.max(AuditSeal.entry_id)))
            query = query.where(AuditEntry.id > (newest or 0) - _LATE_AT_MOST)
        return (await self._session.scalars(query.order_by(AuditEntry.id).limit(limit))).all()

    def add_all(self, seals: Sequence[AuditSeal]) -> None:
        """The next links."""
        self._session.add_all(seals)

    async def after(self, no: int, *, limit: int) -> Sequence[tuple[AuditSeal, AuditEntry | None]]:
        """The next seals in their order, each with its entry; None where that is gone."""
        query = _WITH_ENTRIES.where(AuditSeal.no > no).order_by(AuditSeal.no).limit(limit)
        return [(seal, entry) for seal, entry in await self._session.execute(query)]
