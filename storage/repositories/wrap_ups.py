"""After-call work: what was typed so far, and what was saved at the end."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from storage.repositories.statements import insert_into
from storage.rows.wrap_ups import WrapUpStatus
from storage.tables import Call, WrapUp


def newest_of_last_agent() -> ColumnElement[bool]:
    """The condition to join with a call what its last agent noted on their newest leg in it."""
    other = aliased(WrapUp)
    newest = select(func.max(other.turn)).where(other.call_id == Call.id, other.agent == Call.agent)
    return and_(
        WrapUp.call_id == Call.id, WrapUp.agent == Call.agent, WrapUp.turn == newest.scalar_subquery()
    )


class WrapUps:
    """One wrap-up for each leg of an agent in a call.

    A caller can come back to the same agent: `turn` says which of the agent's legs in the call it is.
    """

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of(self, call_id: str, agent: str, turn: int = 1) -> WrapUp | None:
        """What the agent noted on that leg."""
        return await self._session.get(WrapUp, (call_id, agent, turn), populate_existing=True)

    async def of_agent(self, call_id: str, agent: str) -> Sequence[WrapUp]:
        """What the agent noted on each of their legs in the call, in order."""
        query = select(WrapUp).where(WrapUp.call_id == call_id, WrapUp.agent == agent)
        return (await self._session.scalars(query.order_by(WrapUp.turn))).all()

    async def of_call(self, call_id: str) -> Sequence[WrapUp]:
        """All of a call, oldest first."""
        query = select(WrapUp).where(WrapUp.call_id == call_id).order_by(WrapUp.updated_at)
        return (await self._session.scalars(query)).all()

    async def save_draft(
        self, call_id: str, agent: str, *, disposition: str | None, note: str, now: datetime, turn: int = 1
    ) -> bool:
        """Keep what was typed so far. False, and nothing changed, when the agent finished it before."""
        values = {"disposition": disposition, "note": note, "updated_at": now}
        row = {"call_id": call_id, "agent": agent, "turn": turn, "status": WrapUpStatus.UNFINISHED, **values}
        return await self._put(row, values)

    async def finish(
        self,
        call_id: str,
        agent: str,
        *,
        disposition: str,
        note: str,
        now: datetime,
        turn: int = 1,
        started_at: datetime | None = None,
        late: bool = False,
    ) -> bool:
        """Save for good; True as well when the very same was saved before.

        False, and nothing changed, when something else was. `late`: the after-call work had ended before.
        """
        values = {
            "disposition": disposition,
            "note": note,
            "status": WrapUpStatus.DONE,
            "updated_at": now,
            "completed_at": now if late else None,
        }
        row = {"call_id": call_id, "agent": agent, "turn": turn, "started_at": started_at, "ended_at": now}
        times = {} if late else {"ended_at": now}
        changes = {**values, **times, "started_at": func.coalesce(WrapUp.started_at, started_at)}
        return await self._put({**row, **values}, changes, again={"disposition": disposition, "note": note})

    async def _put(
        self, row: Mapping[str, Any], changes: Mapping[str, Any], again: Mapping[str, Any] | None = None
    ) -> bool:
        statement = (
            insert_into(self._session, WrapUp)
            .values(dict(row))
            .on_conflict_do_update(
                index_elements=["call_id", "agent", "turn"],
                set_=dict(changes),
                where=WrapUp.status != WrapUpStatus.DONE,
            )
        )
        if await self._session.scalar(statement.returning(WrapUp.call_id)) is not None:
            return True
        known = await self.of(row["call_id"], row["agent"], row["turn"])
        return again is not None and all(getattr(known, name) == value for name, value in again.items())
