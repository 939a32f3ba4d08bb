"""The list of past calls with its filters, page by page, and the list of callers who gave up."""

import base64
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from storage.repositories.call_lanes import (
    Lane,
    Place,
    Stretch,
    lanes,
    left_to_check,
    merged,
)
from storage.repositories.call_rows import call_rows
from storage.repositories.caller_names import CALLER_NAMES, CustomersCalled, customers_called
from storage.repositories.statements import any_row
from storage.rows.calls import (
    MAX_PAGE,
    AbandonedRow,
    BadCursor,
    CallPage,
    CallRow,
    HistoryFilter,
)
from storage.tables import Call, Customer, Stint, WrapUp
from storage.tables.columns import storable

# A search looks at so many calls at once, more when they go quickly.
FIRST_STRIDE = 1000
_LONGEST_STRIDE = 8_000
_QUICK_S, _SLOW_S = 0.03, 0.1


class History:
    """Lists of calls."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def page(
        self,
        wanted: HistoryFilter,
        *,
        cursor: str | None = None,
        limit: int = 50,
        patience_s: float = 0.2,
    ) -> CallPage:
        """One page, newest first. Raises BadCursor.

        What no index answers is searched for: newest first, for about `patience_s`, and `next` goes on.
        """
        limit = max(1, min(limit, MAX_PAGE))
        after = None if cursor is None else _decode(cursor)
        if wanted.number is not None:
            known = await self._has_called(wanted.number)
            wanted = replace(wanted, text=None) if known else replace(wanted, number=None)
        ways, open_questions = lanes(wanted), left_to_check(wanted) + await self._text_matches(wanted)
        if open_questions:
            return await self._search(wanted, ways, open_questions, after, limit, patience_s)
        calls = merged(ways, wanted, Stretch(after), limit + 1)
        newest = select(calls.c.id).order_by(calls.c.started_at.desc(), calls.c.id.desc()).limit(limit + 1)
        rows = await self._read(newest, wanted)
        return CallPage(rows[:limit], _encode(_place_of(rows[limit - 1])) if len(rows) > limit else None)

    async def _search(
        self,
        wanted: HistoryFilter,
        ways: Sequence[Lane],
        open_questions: Sequence[ColumnElement[bool]],
        after: Place | None,
        limit: int,
        patience_s: float,
    ) -> CallPage:
        """Look at the calls of the lanes stretch by stretch, until the page is full or the patience ends."""
        rows: list[CallRow] = []
        stride, now = FIRST_STRIDE, time.monotonic()
        ends_at = now + patience_s
        while True:
            began, up_to = now, await self._place_after(wanted, ways, after, stride)
            found = _found(ways, wanted, Stretch(after, up_to), open_questions, limit + 1 - len(rows))
            rows += await self._read(found, wanted)
            if len(rows) > limit:
                return CallPage(rows[:limit], _encode(_place_of(rows[limit - 1])))
            if up_to is None:
                return CallPage(rows, None)
            now = time.monotonic()
            if now >= ends_at:
                return CallPage(rows, _encode(up_to), searched_to=up_to.at)
            stride, after = _next_stride(stride, now - began), up_to

    async def _place_after(
        self, wanted: HistoryFilter, ways: Sequence[Lane], after: Place | None, stride: int
    ) -> Place | None:
        """Where the next `stride` calls of the lanes end, None when there are not so many."""
        calls = merged(ways, wanted, Stretch(after), stride)
        last = select(calls.c.started_at, calls.c.id).order_by(calls.c.started_at.desc(), calls.c.id.desc())
        row = (await self._session.execute(last.offset(stride - 1).limit(1))).first()
        return None if row is None else Place(*row)

    async def _read(self, ids: Select[Any], wanted: HistoryFilter) -> list[CallRow]:
        """The rows of the calls, newest first."""
        query = call_rows(wanted).where(Call.id.in_(ids)).order_by(Call.started_at.desc(), Call.id.desc())
        return [CallRow(*row) for row in await self._session.execute(query)]

    async def _has_called(self, number: str) -> bool:
        return await self._session.scalar(select(exists().where(Call.number_e164 == number))) is True

    async def _text_matches(self, wanted: HistoryFilter) -> list[ColumnElement[bool]]:
        text = (wanted.text or "").strip()
        return [_text_matches(text, await customers_called(self._session, text))] if text else []

    async def abandoned(
        self, queue: str, since: datetime, until: datetime, *, limit: int = 500
    ) -> Sequence[AbandonedRow]:
        """Who gave up waiting in the queue from `since` to before `until`, newest first; no test calls."""
        query = (
            select(
                Call.id,
                Call.number,
                Call.number_e164,
                Call.name,
                Call.customer_id,
                *CALLER_NAMES,
                Stint.left_at,
                Stint.wait_s,
                _spoken_with_since(Stint.left_at),
            )
            .join(Call, Call.id == Stint.call_id)
            .outerjoin(Customer, Customer.id == Call.customer_id)
            .where(
                Stint.queue == queue,
                Stint.outcome == "abandoned",
                Stint.left_at >= since,
                Stint.left_at < until,
                Call.test.is_(False),
            )
            .order_by(Stint.left_at.desc(), Call.id)
            .limit(limit)
        )
        rows: Iterable[Any] = await self._session.execute(query)
        return [AbandonedRow(*row) for row in rows]


def _found(
    ways: Sequence[Lane],
    wanted: HistoryFilter,
    stretch: Stretch,
    open_questions: Sequence[ColumnElement[bool]],
    limit: int,
) -> Select[Any]:
    """Identities of the newest calls in a stretch of the lanes for which the open questions are answered yes.

    Found without the joins that their rows need: most calls that are looked at are not shown.
    """
    if len(ways) == 1:
        of_lanes = ways[0].within(wanted, stretch)
    else:
        of_lanes = [Call.id.in_(select(merged(ways, wanted, stretch).c.id))]
    found = select(Call.id).where(*of_lanes, *open_questions)
    newest = found.order_by(Call.started_at.desc(), Call.id.desc()).limit(limit)
    return select(newest.subquery().c.id)


def _next_stride(stride: int, took_s: float) -> int:
    if took_s < _QUICK_S:
        return min(stride * 2, _LONGEST_STRIDE)
    return max(stride // 2, FIRST_STRIDE) if took_s > _SLOW_S else stride


def _text_matches(text: str, customers: CustomersCalled) -> ColumnElement[bool]:
    """Names and notes contain the text; numbers contain its digits, if it is a number in any writing."""
    noted = aliased(WrapUp)
    matches = [
        Call.number.icontains(text, autoescape=True),
        Call.name.icontains(text, autoescape=True),
        customers.have(Call.customer_id),
        any_row(noted.call_id == Call.id, noted.note.icontains(text, autoescape=True)),
    ]
    digits = digits_of(text)
    if digits is not None:
        matches += [Call.number_e164.contains(digits), Call.number.contains(digits)]
    return or_(*matches)


def digits_of(text: str) -> str | None:
    """The digits of something written like a number (three or more), without leading zeros.

    Those are the international or the trunk prefix, which E.164 does not have.
    """
    if any(c not in "0123456789+-/(). " for c in text):
        return None
    digits = "".join(c for c in text if c.isdigit()).lstrip("0")
    return digits if len(digits) >= 3 else None


def _spoken_with_since(moment: Any) -> ColumnElement[bool]:
    later = aliased(Call)
    return exists().where(
        later.number_e164 == Call.number_e164,
        later.started_at > moment,
        # Not a plain comparison: SQLite might look through all answered calls instead of the number's.
        func.coalesce(later.outcome, "") == "answered",
        later.test.is_(False),
    )


def _place_of(row: CallRow) -> Place:
    return Place(row.started_at, row.id)


def _encode(place: Place) -> str:
    text = f"{place.at.astimezone(UTC).isoformat()}|{place.call_id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(cursor: str) -> Place:
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        at, _, call_id = base64.urlsafe_b64decode(padded).decode().partition("|")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None or call_id != storable(call_id):
            raise BadCursor("this is not the cursor of a page")
        return Place(moment.astimezone(UTC), call_id)
    except (ValueError, OverflowError) as error:
        raise BadCursor("this is not the cursor of a page") from error
