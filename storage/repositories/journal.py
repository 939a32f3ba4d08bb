"""Writes what the recorder collected: whole calls, events, intervals, gaps. Writing twice changes nothing."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from storage.records import (
    CallRecord,
    EventRecord,
    GapRecord,
    IntervalRecord,
    LegRecord,
    OfferRecord,
    RefusalRecord,
    StepRecord,
    StintRecord,
    WrapUpEnd,
)
from storage.repositories.expected_recordings import expected_recordings
from storage.repositories.journal_statements import PARTS, journal_statements
from storage.repositories.statements import chunks
from storage.rows.wrap_ups import WrapUpStatus

Row = dict[str, Any]


class Journal:
    """The recorder's way into the database."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._statements = journal_statements(session.get_bind().dialect.name)

    async def write_calls(self, records: Sequence[CallRecord]) -> None:
        """Replace each call with its parts by the newest record given.

        A record of a call in progress never replaces one that has ended: it can only be older.
        """
        newest = _newest_by_id(records)
        for chunk in chunks(list(newest)):
            known = dict((await self._session.execute(self._statements.known_calls, {"ids": chunk})).all())
            current = [newest[i] for i in chunk if newest[i].ended_at is not None or known.get(i) is None]
            await self._execute(self._statements.put_calls, map(_call_row, current))
            await self._replace_parts(current, {record.id for record in current} & known.keys())
            await self._execute(self._statements.expect_recordings, expected_recordings(current))
            over = [{"of_call": record.id} for record in current if record.ended_at is not None]
            await self._execute(self._statements.enter_in_timeline, over)

    async def write_events(self, records: Iterable[EventRecord]) -> None:
        """Append facts; one whose `uid` is known is left as it is."""
        await self._execute(self._statements.add_events, map(_EVENT, records))

    async def write_intervals(self, records: Iterable[IntervalRecord]) -> None:
        """Open or close intervals, known by agent, machine and beginning.

        A closed interval stays closed. Two states that began in the same microsecond leave the later one.
        """
        await self._execute(self._statements.put_intervals, map(_INTERVAL, records))

    async def write_gaps(self, records: Iterable[GapRecord]) -> None:
        """Open or close gaps, known by their beginning; a gap without a match is added whole."""
        await self._execute(self._statements.put_gaps, map(_GAP, records))

    async def end_wrap_ups(self, records: Iterable[WrapUpEnd]) -> None:
        """Close after-call work that is not finished; what was typed and chosen so far is kept."""
        rows = [
            {**_WRAP_UP(record), **_outcome(record), "note": "", "updated_at": record.ended_at}
            for record in records
        ]
        await self._execute(self._statements.end_wrap_ups, rows)

    async def write_refusals(self, records: Iterable[RefusalRecord]) -> None:
        """Add lines of the book of refused calls, or count more in those that are known."""
        await self._execute(self._statements.put_refusals, map(_REFUSAL, records))

    async def _replace_parts(self, records: Sequence[CallRecord], written_before: set[str]) -> None:
        for part in PARTS:
            of_calls = [{"of_call": call_id} for call_id in sorted(written_before)]
            await self._execute(self._statements.delete_parts[part], of_calls)
            rows = (row for record in records for row in _part_rows(record, part))
            await self._execute(self._statements.add_parts[part], rows)

    async def _execute(self, statement: Any, rows: Iterable[Row]) -> None:
        listed = list(rows)
        if listed:
            await self._session.execute(statement, listed)


def _newest_by_id(records: Iterable[CallRecord]) -> dict[str, CallRecord]:
    newest: dict[str, CallRecord] = {}
    for record in records:
        known = newest.get(record.id)
        if known is None or known.ended_at is None or record.ended_at is not None:
            newest[record.id] = record
    return newest


def _row_of(record_class: type[Any], *, without: Iterable[str] = ()) -> Callable[[Any], Row]:
    """A function that turns a record into a row, its fields looked up once and not each time."""
    names = [field.name for field in fields(record_class) if field.name not in without]
    values = attrgetter(*names)
    return lambda record: dict(zip(names, values(record), strict=True))


_CALL = _row_of(CallRecord, without=[*PARTS, "recordings"])
_EVENT = _row_of(EventRecord)
_INTERVAL = _row_of(IntervalRecord)
_GAP = _row_of(GapRecord)
_WRAP_UP = _row_of(WrapUpEnd, without=["ended_by", "disposition"])
_REFUSAL = _row_of(RefusalRecord)
# The place in its list is a part's number.
_PART = {
    "steps": _row_of(StepRecord),
    "stints": _row_of(StintRecord, without=["no"]),
    "offers": _row_of(OfferRecord),
    "legs": _row_of(LegRecord, without=["no"]),
}
_WRAP_UP_STATUS = {"agent": WrapUpStatus.DONE, "timeout": WrapUpStatus.TIMED_OUT}
_WITH_BEGINNING_OF_CALL = frozenset({"stints", "legs"})


def _outcome(end: WrapUpEnd) -> Row:
    status = _WRAP_UP_STATUS.get(end.ended_by, WrapUpStatus.UNFINISHED)
    # A spool of an earlier version has a word for no disposition.
    return {"status": status, "disposition": end.disposition if status is WrapUpStatus.DONE else None}


def _call_row(record: CallRecord) -> Row:
    row = _CALL(record)
    row["looked_up_customer"], row["caller_e164"] = row.pop("customer_id"), record.number_e164
    return row


def _part_rows(record: CallRecord, part: str) -> Iterable[Row]:
    of_call: Row = {"call_id": record.id}
    if part in _WITH_BEGINNING_OF_CALL:
        of_call["call_started_at"] = record.started_at
    for number, item in enumerate(getattr(record, part), start=1):
        yield {**of_call, "no": number, **_PART[part](item)}
