"""Recordings' metadata."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, literal, literal_column, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from storage.recordings.names import RecordingName
from storage.repositories.statements import excluded, insert_into
from storage.tables import LOST, Call, Recording, RecordingState

# As the partial index writes it: with a bound value PostgreSQL would not know that the index serves.
_IS_EXPECTED = Recording.state == literal_column("'expected'")


@dataclass(frozen=True, slots=True)
class Expected:
    """A recording that Asterisk began, at the moment of its mark."""

    id: int
    name: RecordingName
    started_at: datetime


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

    async def expected(
        self, ended_before: datetime, *, limit: int, after: Expected | None = None
    ) -> Sequence[Expected]:
        """Those whose call is over for some time, and whose file is not stored; call by call, after the last
        one of the page before."""
        query = (
            select(
                Recording.id,
                Recording.call_id,
                Recording.stint,
                Recording.part,
                Recording.agent,
                Recording.started_at,
            )
            .join(Call, Call.id == Recording.call_id)
            .where(_IS_EXPECTED, Call.ended_at < ended_before)
            # As the partial index has them, or SQLite would read all recordings that there are.
            .order_by(Recording.call_id, Recording.id)
            .limit(limit)
        )
        if after is not None:
            place = tuple_(literal(after.name.call_id), literal(after.id))
            query = query.where(tuple_(Recording.call_id, Recording.id) > place)
        return [
            Expected(row.id, RecordingName(row.call_id, row.stint, row.part, row.agent), row.started_at)
            for row in await self._session.execute(query)
        ]

    async def withdraw(self, recording_id: int) -> None:
        """Nobody came to speak: there is nothing to expect."""
        await self._session.execute(delete(Recording).where(Recording.id == recording_id, _IS_EXPECTED))

    async def count_lost(self, since: datetime) -> int:
        """How many of the conversations that began since then have lost their recording; no test calls."""
        query = (
            select(func.count())
            .select_from(Recording)
            # The call itself may not be recorded.
            .outerjoin(Call, Call.id == Recording.call_id)
            .where(Recording.started_at >= since, Recording.state.in_(LOST), Call.test.is_not(True))
        )
        return await self._session.scalar(query) or 0
