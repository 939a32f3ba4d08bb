"""After-call work: drafts saved while typing, and what was saved at the end."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.repositories.statements import excluded, insert_into
from storage.tables import WrapUp

_CHANGES = ("disposition", "note", "draft", "started_at", "ended_at", "ended_by", "updated_at")


class WrapUps:
    """One wrap-up for each agent on each call.

    A caller can come back to the same agent. `since` is when the agent's present part in the call began: work
    that was finished before is taken up again.
    """

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of(self, call_id: str, agent: str) -> WrapUp | None:
        """What the agent noted on the call."""
        return await self._session.get(WrapUp, (call_id, agent), populate_existing=True)

    async def of_call(self, call_id: str) -> Sequence[WrapUp]:
        """All of a call, oldest first."""
        query = select(WrapUp).where(WrapUp.call_id == call_id).order_by(WrapUp.updated_at)
        return (await self._session.scalars(query)).all()

    async def save_draft(
        self,
        call_id: str,
        agent: str,
        *,
        disposition: str | None,
        note: str,
        now: datetime,
        since: datetime | None = None,
    ) -> bool:
        """Keep what was typed so far. False, and nothing changed, when the work is finished already."""
        draft = WrapUp(call_id=call_id, agent=agent, disposition=disposition, note=note, draft=True)
        return await self._put(draft, now, since)

    async def finish(
        self,
        call_id: str,
        agent: str,
        *,
        disposition: str,
        note: str,
        ended_by: str,
        now: datetime,
        started_at: datetime | None = None,
        since: datetime | None = None,
    ) -> bool:
        """Save for good. False, and nothing changed, when the work was finished before."""
        finished = WrapUp(
            call_id=call_id,
            agent=agent,
            disposition=disposition,
            note=note,
            draft=False,
            started_at=started_at,
            ended_at=now,
            ended_by=ended_by,
        )
        return await self._put(finished, now, since)

    async def _put(self, wrap_up: WrapUp, now: datetime, since: datetime | None) -> bool:
        wrap_up.updated_at = now
        unfinished = WrapUp.draft.is_(True)
        columns = [column.key for column in WrapUp.__table__.columns]
        statement = insert_into(self._session, WrapUp).values(
            {column: getattr(wrap_up, column) for column in columns}
        )
        written = await self._session.scalar(
            statement.on_conflict_do_update(
                index_elements=["call_id", "agent"],
                set_=excluded(statement, _CHANGES),
                where=unfinished if since is None else or_(unfinished, WrapUp.ended_at < since),
            ).returning(WrapUp.call_id)
        )
        return written is not None
