"""The list of past calls with its filters, page by page, and the list of callers who gave up."""

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from storage.repositories.caller_names import CALLER_NAMES, is_called
from storage.tables import Agent, Call, Customer, Leg, Recording, Stint, User, WrapUp
from storage.tables.columns import storable

MAX_PAGE = 200


class BadCursor(ValueError):
    """A cursor that no page gave out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryFilter:
    """Which calls to list. `queue` and `agent` match any part of it; `text` a number, name or note.

    `test`: only test calls, or none of them; None lists both.
    """

    queue: str | None = None
    agent: str | None = None
    outcome: str | None = None
    text: str | None = None
    test: bool | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class CallRow:
    """One line of the history; durations in seconds, `hold_s` None when not known."""

    id: str
    direction: str
    hotline: str | None
    number: str
    number_e164: str | None
    name: str
    language: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    outcome: str | None
    queue: str | None
    agent: str | None
    wait_s: float
    talk_s: float
    hold_s: float | None
    incomplete: bool
    test: bool
    customer_id: int | None
    customer_name: str | None
    customer_name_en: str | None
    company: str | None
    agent_name: str | None
    disposition: str | None
    recorded: bool


@dataclass(frozen=True, slots=True)
class CallPage:
    """Calls from the newest on; `next` is the cursor of the following page, None on the last one."""

    items: Sequence[CallRow]
    next: str | None


@dataclass(frozen=True, slots=True)
class AbandonedRow:
    """A caller who gave up. `called_back`: a later call with this number, either way, was answered."""

    call_id: str
    number: str
    number_e164: str | None
    name: str
    customer_id: int | None
    customer_name: str | None
    customer_name_en: str | None
    company: str | None
    at: datetime
    waited_s: float
    called_back: bool


class History:
    """Lists of calls."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def page(self, wanted: HistoryFilter, *, cursor: str | None = None, limit: int = 50) -> CallPage:
        """One page, newest first. Raises BadCursor."""
        limit = max(1, min(limit, MAX_PAGE))
        query = _rows().where(*_conditions(wanted))
        if cursor is not None:
            at, call_id = _decode(cursor)
            query = query.where(tuple_(Call.started_at, Call.id) < tuple_(at, call_id))
        query = query.order_by(Call.started_at.desc(), Call.id.desc()).limit(limit + 1)
        rows = [CallRow(*row) for row in await self._session.execute(query)]
        more = len(rows) > limit
        return CallPage(rows[:limit], _encode(rows[limit - 1]) if more else None)

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


def _rows() -> Select[*tuple[Any, ...]]:
    recorded = exists().where(Recording.call_id == Call.id, Recording.state == "stored")
    return (
        select(
            Call.id,
            Call.direction,
            Call.hotline,
            Call.number,
            Call.number_e164,
            Call.name,
            Call.language,
            Call.started_at,
            Call.answered_at,
            Call.ended_at,
            Call.outcome,
            Call.queue,
            Call.agent,
            Call.wait_s,
            Call.talk_s,
            Call.hold_s,
            Call.incomplete,
            Call.test,
            Call.customer_id,
            *CALLER_NAMES,
            User.name,
            WrapUp.disposition,
            recorded,
        )
        .outerjoin(Customer, Customer.id == Call.customer_id)
        .outerjoin(Agent, Agent.extension == Call.agent)
        .outerjoin(User, User.id == Agent.user_id)
        .outerjoin(WrapUp, and_(WrapUp.call_id == Call.id, WrapUp.agent == Call.agent))
    )


def _conditions(wanted: HistoryFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.queue is not None:
        in_stint = exists().where(Stint.call_id == Call.id, Stint.queue == wanted.queue)
        conditions.append(or_(Call.queue == wanted.queue, in_stint))
    if wanted.agent is not None:
        in_leg = exists().where(Leg.call_id == Call.id, Leg.agent == wanted.agent)
        conditions.append(or_(Call.agent == wanted.agent, in_leg))
    if wanted.outcome is not None:
        conditions.append(Call.outcome == wanted.outcome)
    if wanted.test is not None:
        conditions.append(Call.test.is_(wanted.test))
    if wanted.since is not None:
        conditions.append(Call.started_at >= wanted.since)
    if wanted.until is not None:
        conditions.append(Call.started_at < wanted.until)
    if wanted.text is not None and wanted.text.strip():
        conditions.append(_text_matches(wanted.text.strip()))
    return conditions


def _text_matches(text: str) -> ColumnElement[bool]:
    """Names and notes contain the text; numbers contain its digits, if it is a number in any writing."""
    noted = aliased(WrapUp)
    matches = [
        Call.number.icontains(text, autoescape=True),
        Call.name.icontains(text, autoescape=True),
        is_called(text),
        exists().where(noted.call_id == Call.id, noted.note.icontains(text, autoescape=True)),
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
        later.outcome == "answered",
        later.test.is_(False),
    )


def _encode(row: CallRow) -> str:
    text = f"{row.started_at.astimezone(UTC).isoformat()}|{row.id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(cursor: str) -> tuple[datetime, str]:
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        at, _, call_id = base64.urlsafe_b64decode(padded).decode().partition("|")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None or call_id != storable(call_id):
            raise BadCursor("this is not the cursor of a page")
        return moment.astimezone(UTC), call_id
    except (ValueError, OverflowError) as error:
        raise BadCursor("this is not the cursor of a page") from error
