"""Writes what the recorder collected: whole calls, events, intervals, gaps. Writing twice changes nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.records import CallRecord, EventRecord, GapRecord, IntervalRecord, WrapUpEnd
from storage.repositories.statements import chunks, excluded, insert_into
from storage.tables import (
    AgentInterval,
    Call,
    CallEventRow,
    CallStep,
    Customer,
    Gap,
    Leg,
    Offer,
    Stint,
    WrapUp,
)

_PARTS: tuple[type[CallStep | Stint | Offer | Leg], ...] = (CallStep, Stint, Offer, Leg)
_PART_NAMES = ("steps", "stints", "offers", "legs")
# What one source may know and the next may not: an empty new value does not erase it.
_KEPT_WHEN_NEW_IS_NULL = frozenset({"number_e164", "customer_id"})


class Journal:
    """The recorder's way into the database."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def write_calls(self, records: Sequence[CallRecord]) -> None:
        """Replace each call with its parts by the newest record given.

        A record of a call in progress never replaces one that has ended: it can only be older.
        """
        newest = _newest_by_id(records)
        for chunk in chunks(list(newest)):
            ended = await self._ended_among(chunk)
            current = [newest[i] for i in chunk if newest[i].ended_at is not None or i not in ended]
            if current:
                await self._replace(current)

    async def write_events(self, records: Sequence[EventRecord]) -> None:
        """Append facts; one whose `uid` is known is left as it is."""
        if records:
            rows = [{**_values(record), "payload": dict(record.payload)} for record in records]
            statement = insert_into(self._session, CallEventRow)
            await self._session.execute(statement.on_conflict_do_nothing(index_elements=["uid"]), rows)

    async def write_intervals(self, records: Sequence[IntervalRecord]) -> None:
        """Open or close intervals, known by agent, machine and beginning.

        A closed interval stays closed. Two states that began in the same microsecond leave the later one.
        """
        if not records:
            return
        statement = insert_into(self._session, AgentInterval)
        new, old = statement.excluded, AgentInterval
        same_state = (new.state == old.state) & (
            func.coalesce(new.reason, "") == func.coalesce(old.reason, "")
        )
        ended_at = case((same_state, func.coalesce(new.ended_at, old.ended_at)), else_=new.ended_at)
        await self._session.execute(
            statement.on_conflict_do_update(
                index_elements=["agent", "kind", "started_at"],
                set_={**excluded(statement, ("state", "reason", "call_id", "source")), "ended_at": ended_at},
            ),
            [_values(record) for record in records],
        )

    async def write_gaps(self, records: Iterable[GapRecord]) -> None:
        """Open or close gaps, known by their beginning; a gap without a match is added whole."""
        for record in records:
            statement = insert_into(self._session, Gap).values(**_values(record))
            await self._session.execute(
                statement.on_conflict_do_update(
                    index_elements=["started_at"],
                    set_={
                        "ended_at": func.coalesce(statement.excluded.ended_at, Gap.ended_at),
                        "recovered": statement.excluded.recovered | Gap.recovered,
                    },
                )
            )

    async def end_wrap_ups(self, records: Iterable[WrapUpEnd]) -> None:
        """Close after-call work that is still a draft; the note typed so far is kept."""
        for record in records:
            values = _values(record)
            statement = insert_into(self._session, WrapUp).values(
                **values, note="", draft=False, updated_at=record.ended_at
            )
            await self._session.execute(
                statement.on_conflict_do_update(
                    index_elements=["call_id", "agent"],
                    set_={
                        "disposition": func.coalesce(WrapUp.disposition, statement.excluded.disposition),
                        **excluded(statement, ("ended_at", "ended_by", "draft", "updated_at")),
                    },
                    where=WrapUp.draft.is_(True),
                )
            )

    async def close_open_intervals(self, agent: str, kind: str, at: datetime, source: str) -> None:
        """End what was left open by a service that died."""
        await self._session.execute(
            update(AgentInterval)
            .where(AgentInterval.agent == agent, AgentInterval.kind == kind, AgentInterval.ended_at.is_(None))
            .values(ended_at=at, source=source)
        )

    async def _ended_among(self, ids: Sequence[str]) -> set[str]:
        query = select(Call.id).where(Call.id.in_(ids), Call.ended_at.is_not(None))
        return set(await self._session.scalars(query))

    async def _replace(self, records: Sequence[CallRecord]) -> None:
        await self._upsert_calls(records)
        ids = [record.id for record in records]
        for table, part in zip(_PARTS, _PART_NAMES, strict=True):
            await self._session.execute(delete(table).where(table.call_id.in_(ids)))
            rows = [row for record in records for row in _part_rows(record, part)]
            if rows:
                await self._session.execute(insert_into(self._session, table), rows)

    async def _upsert_calls(self, records: Sequence[CallRecord]) -> None:
        # The customer may have been deleted since the look-up; that must not cost us the call.
        existing = select(Customer.id).where(Customer.id == bindparam("looked_up_customer")).scalar_subquery()
        statement = insert_into(self._session, Call).values(customer_id=existing)
        columns = [column.key for column in Call.__table__.columns if column.key != "id"]
        changes = excluded(statement, columns)
        for column in _KEPT_WHEN_NEW_IS_NULL:
            changes[column] = func.coalesce(statement.excluded[column], getattr(Call, column))
        await self._session.execute(
            statement.on_conflict_do_update(index_elements=["id"], set_=changes),
            [_call_row(record) for record in records],
        )


def _newest_by_id(records: Iterable[CallRecord]) -> dict[str, CallRecord]:
    newest: dict[str, CallRecord] = {}
    for record in records:
        known = newest.get(record.id)
        if known is None or known.ended_at is None or record.ended_at is not None:
            newest[record.id] = record
    return newest


def _values(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__dataclass_fields__}


def _call_row(record: CallRecord) -> dict[str, Any]:
    row = _values(record)
    for part in _PART_NAMES:
        del row[part]
    row["looked_up_customer"] = row.pop("customer_id")
    return row


def _part_rows(record: CallRecord, part: str) -> Iterable[dict[str, Any]]:
    for number, item in enumerate(getattr(record, part), start=1):
        yield {"call_id": record.id, "no": number, **asdict(item)}
