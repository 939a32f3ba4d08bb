"""Recordings' metadata."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.recordings.names import RecordingName
from storage.repositories.statements import excluded, insert_into
from storage.tables import LOST, Call, Recording, RecordingState

# As the partial index writes it: with a bound value PostgreSQL would not know that the index serves.
_IS_EXPECTED = Recording.state == literal_column("'expected'")


class Recordings:
    """Recordings: stored, still expected, and lost."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def by_id(self, recording_id: int) -> Recording | None:
        """One recording."""
        return await self._session.get(Recording, recording_id)

    async def by_name(self, name: RecordingName) -> Recording | None:
        """The recording of one part of a call."""
        query = select(Recording).where(
            Recording.call_id == name.call_id, Recording.stint == name.stint, Recording.part == name.part
        )
        return (await self._session.scalars(query)).one_or_none()

    async def of_call(self, call_id: str) -> Sequence[Recording]:
        """All of a call, in the order of its stints."""
        query = select(Recording).where(Recording.call_id == call_id)
        return (await self._session.scalars(query.order_by(Recording.stint, Recording.part))).all()

    async def all(self) -> Sequence[Recording]:
        """All recordings, oldest first: for backup and checks."""
        return (await self._session.scalars(select(Recording).order_by(Recording.id))).all()

    async def put(self, recording: Recording) -> None:
        """Keep what has become of a recording. What is stored already is left as it is."""
        columns = [c.key for c in Recording.__table__.columns if c.key != "id"]
        statement = insert_into(self._session, Recording).values({c: getattr(recording, c) for c in columns})
        await self._session.execute(
            statement.on_conflict_do_update(
                index_elements=["call_id", "stint", "part"],
                set_=excluded(statement, columns),
                where=Recording.state.in_([RecordingState.EXPECTED, *LOST]),
            )
        )

    async def expected(self, ended_before: datetime, *, limit: int = 500) -> Sequence[Recording]:
        """Those whose call is over for some time, and whose file has not come."""
        query = (
            select(Recording)
            .join(Call, Call.id == Recording.call_id)
            .where(_IS_EXPECTED, Call.ended_at < ended_before)
            .order_by(Recording.id)
            .limit(limit)
        )
        return (await self._session.scalars(query)).all()

    async def withdraw(self, recording_id: int) -> None:
        """Nobody came to speak: there is nothing to expect."""
        await self._session.execute(delete(Recording).where(Recording.id == recording_id, _IS_EXPECTED))

    async def count_lost(self, since: datetime) -> int:
        """How many of the conversations that began since then have lost their recording."""
        query = select(func.count()).where(Recording.started_at >= since, Recording.state.in_(LOST))
        return await self._session.scalar(query) or 0
