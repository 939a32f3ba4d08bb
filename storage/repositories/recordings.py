"""Recordings' metadata."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.repositories.statements import insert_into
from storage.tables import Recording


class Recordings:
    """Finished recordings."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def by_id(self, recording_id: int) -> Recording | None:
        """One recording."""
        return await self._session.get(Recording, recording_id)

    async def by_name(self, call_id: str, stint: int, part: int) -> Recording | None:
        """The recording of one part of a call."""
        query = select(Recording).where(
            Recording.call_id == call_id, Recording.stint == stint, Recording.part == part
        )
        return (await self._session.scalars(query)).one_or_none()

    async def of_call(self, call_id: str) -> Sequence[Recording]:
        """All of a call, in the order of its stints."""
        query = select(Recording).where(Recording.call_id == call_id)
        return (await self._session.scalars(query.order_by(Recording.stint, Recording.part))).all()

    async def all(self) -> Sequence[Recording]:
        """All recordings, oldest first: for backup and checks."""
        return (await self._session.scalars(select(Recording).order_by(Recording.id))).all()

    async def add_once(self, recording: Recording) -> None:
        """Keep the metadata of a finished file. A part that is known already is left as it is."""
        columns = [c.key for c in Recording.__table__.columns if c.key != "id"]
        values = {c: getattr(recording, c) for c in columns}
        statement = insert_into(self._session, Recording).values(
            {c: v for c, v in values.items() if v is not None}
        )
        await self._session.execute(
            statement.on_conflict_do_nothing(index_elements=["call_id", "stint", "part"])
        )
