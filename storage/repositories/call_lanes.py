"""Which calls a filter may list, as lanes: each is read from one index, in the order of the list.

An `OR` over the tables that know who took part would be answered by looking at every call there is. Each lane
is instead asked for its newest calls alone, and what they give is merged.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, or_, select, tuple_, union

from storage.repositories.seen_calls import of_teams
from storage.repositories.statements import any_row
from storage.repositories.whose_extension import theirs_at
from storage.rows.calls import HistoryFilter
from storage.tables import Call, Leg, Stint

# Nobody waits for longer; so the index alone leaves out what an extension did long before.
_LONGEST_WAIT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the list, which is ordered by beginning and identity, newest first."""

    at: datetime
    call_id: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the list: the calls after one place and up to another, that one included."""

    after: Place | None = None
    up_to: Place | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """Rows of one table, in the order of one index. `several`: a call may have more than one of them."""

    call_id: Any
    started_at: Any
    conditions: tuple[ColumnElement[bool], ...]
    several: bool = False

    def within(self, wanted: HistoryFilter, stretch: Stretch) -> list[ColumnElement[bool]]:
        """The conditions that leave the lane's rows of a stretch."""
        conditions = list(self.conditions)
        if wanted.since is not None:
            conditions.append(self.started_at >= wanted.since)
        if wanted.until is not None:
            conditions.append(self.started_at < wanted.until)
        place = tuple_(self.started_at, self.call_id)
        if stretch.after is not None:
            conditions.append(place < tuple_(stretch.after.at, stretch.after.call_id))
        if stretch.up_to is not None:
            conditions.append(place >= tuple_(stretch.up_to.at, stretch.up_to.call_id))
        return conditions

    def calls(self, wanted: HistoryFilter, stretch: Stretch, limit: int | None) -> Select[Any]:
        """Identity and beginning of the lane's calls in a stretch, the newest `limit` of them."""
        query = select(self.call_id.label("id"), self.started_at.label("started_at"))
        query = query.where(*self.within(wanted, stretch))
        if self.several:
            query = query.distinct()
        if limit is not None:
            query = query.order_by(self.started_at.desc(), self.call_id.desc()).limit(limit)
        return query


def lanes(wanted: HistoryFilter) -> Sequence[Lane]:
    """The lanes of the most telling part of the filter; `left_to_check` says what they leave open."""
    if wanted.number is not None:
        return (_of_calls(Call.number_e164 == wanted.number),)
    if wanted.agent is not None:
        of_leg = Lane(Leg.call_id, Leg.call_started_at, _spoken_by_agent(wanted), several=True)
        return (_of_calls(*_had_by_agent(wanted)), of_leg)
    if wanted.queue is not None:
        of_stint = Lane(Stint.call_id, Stint.call_started_at, (Stint.queue == wanted.queue,), several=True)
        return (_of_calls(Call.queue == wanted.queue), of_stint)
    if wanted.outcome is not None:
        return (_of_calls(Call.outcome == wanted.outcome),)
    return (_of_calls(),)


def left_to_check(wanted: HistoryFilter) -> list[ColumnElement[bool]]:
    """Conditions on `calls` that the lanes do not cover; the text has its own."""
    conditions: list[ColumnElement[bool]] = []
    by_number, by_agent = wanted.number is not None, wanted.agent is not None
    if wanted.agent is not None and by_number:
        conditions.append(or_(and_(*_had_by_agent(wanted)), _has_part(Leg, *_spoken_by_agent(wanted))))
    if wanted.queue is not None and (by_number or by_agent):
        conditions.append(or_(Call.queue == wanted.queue, _has_part(Stint, Stint.queue == wanted.queue)))
    if wanted.outcome is not None and (by_number or by_agent or wanted.queue is not None):
        # Not a plain comparison: SQLite might walk all calls of this outcome instead of the lanes.
        conditions.append(func.coalesce(Call.outcome, "") == wanted.outcome)
    if wanted.test is not None:
        conditions.append(Call.test.is_(wanted.test))
    if wanted.teams is not None:
        conditions.append(of_teams(wanted.teams))
    return conditions


def merged(of: Sequence[Lane], wanted: HistoryFilter, stretch: Stretch, limit: int | None = None) -> Subquery:
    """Identity and beginning of the calls of all lanes, each once; at least the newest `limit`, unordered."""
    parts = [lane.calls(wanted, stretch, limit) for lane in of]
    if len(parts) == 1:
        return parts[0].subquery()
    return union(*(select(part.subquery()) for part in parts)).subquery()


def _of_calls(*conditions: ColumnElement[bool]) -> Lane:
    return Lane(Call.id, Call.started_at, conditions)


def _had_by_agent(wanted: HistoryFilter) -> tuple[ColumnElement[bool], ...]:
    """Calls in which the agent spoke last, or which the agent placed."""
    return (Call.agent == wanted.agent, *theirs_at(wanted.agent_since, Call.started_at))


def _spoken_by_agent(wanted: HistoryFilter) -> tuple[ColumnElement[bool], ...]:
    """The agent's legs. One may have begun after the extension changed hands in a call that began before."""
    since = wanted.agent_since
    earliest = None if since is None else since - _LONGEST_WAIT
    when = (*theirs_at(since, Leg.started_at), *theirs_at(earliest, Leg.call_started_at))
    return (Leg.agent == wanted.agent, *when)


def _has_part(part: type[Leg | Stint], *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the call has such a part: all columns of the part's index are given."""
    return any_row(*conditions, part.call_started_at == Call.started_at, part.call_id == Call.id)
