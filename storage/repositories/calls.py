"""Calls one by one: the detail for the history, what was open when the service died, finished stints."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from storage.repositories.call_rows import call_rows
from storage.repositories.seen_calls import of_teams
from storage.repositories.statements import chunks
from storage.repositories.whose_extension import HOLDERS
from storage.rows.calls import CallRow, HistoryFilter
from storage.scope import Teams, was_theirs
from storage.tables import (
    AgentInterval,
    Call,
    Recording,
    Stint,
    User,
    WrapUp,
)

_WITH_PARTS = (
    selectinload(Call.steps),
    selectinload(Call.stints),
    selectinload(Call.offers),
    selectinload(Call.legs),
)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has or had an extension, from `since` (None: for ever) to before `until` (None: now)."""

    extension: str
    name: str
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class CallDetail:
    """A call with everything that belongs to it; `row` is its line in the history.

    `holders` has all of each extension that took part.
    """

    call: Call
    row: CallRow
    holders: Sequence[Holder]
    recordings: Sequence[Recording]
    wrap_ups: Sequence[WrapUp]

    def agent_name(self, extension: str, at: datetime) -> str | None:
        """The name of who had the extension then, as far as it is known."""
        names = (
            it.name for it in self.holders if it.extension == extension and was_theirs(it.since, at, it.until)
        )
        return next(names, None)


class Calls:
    """Reads calls; the recorder writes them through `Journal`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def by_id(self, call_id: str) -> Call | None:
        """The call with its steps, stints, offers and legs."""
        return await self._session.get(Call, call_id, options=_WITH_PARTS)

    async def belongs_to(self, call_id: str, teams: Teams) -> bool:
        """Whether the call is one of these teams'."""
        return bool(await self._session.scalar(select(exists().where(Call.id == call_id, of_teams(teams)))))

    async def detail(self, call_id: str) -> CallDetail | None:
        """The call with its parts, recordings, wrap-ups and the names behind its numbers."""
        call = await self.by_id(call_id)
        if call is None:
            return None
        recordings = select(Recording).where(Recording.call_id == call_id)
        wrap_ups = select(WrapUp).where(WrapUp.call_id == call_id)
        return CallDetail(
            call=call,
            row=await self._row(call_id),
            holders=await self._holders(call),
            recordings=(
                await self._session.scalars(recordings.order_by(Recording.stint, Recording.part))
            ).all(),
            wrap_ups=(
                await self._session.scalars(
                    wrap_ups.order_by(func.coalesce(WrapUp.started_at, WrapUp.updated_at), WrapUp.turn)
                )
            ).all(),
        )

    async def open(self) -> Sequence[Call]:
        """Calls without an end, oldest first, with their parts: what was under way when writing stopped."""
        query = select(Call).options(*_WITH_PARTS).where(Call.ended_at.is_(None)).order_by(Call.started_at)
        return (await self._session.scalars(query)).all()

    async def dialled(self, since: datetime, most: int) -> Sequence[tuple[str, datetime, str]]:
        """The newest calls that agents dialled since then and that are over: id, when they ended, outcome."""
        query = (
            select(Call.id, Call.ended_at, Call.outcome)
            .where(
                Call.started_at >= since,
                Call.direction == "outbound",
                Call.ended_at.is_not(None),
                Call.outcome.is_not(None),
            )
            .order_by(Call.started_at.desc(), Call.id.desc())
            .limit(most)
        )
        rows = await self._session.execute(query)
        return [(call_id, at, outcome) for call_id, at, outcome in rows if at is not None and outcome]

    async def ended_among(self, call_ids: Sequence[str]) -> set[str]:
        """Those of the ids that are recorded with their end."""
        return {call_id for call_id, ended in (await self.whether_ended(call_ids)).items() if ended}

    async def guessed_among(self, call_ids: Sequence[str]) -> set[str]:
        """Those of the ids of which some part is only guessed: Asterisk's records may know better."""
        found: set[str] = set()
        for chunk in chunks(call_ids):
            query = select(Call.id).where(Call.id.in_(chunk), Call.guessed.is_(True))
            found.update(await self._session.scalars(query))
        return found

    async def whether_ended(self, call_ids: Sequence[str]) -> Mapping[str, bool]:
        """Those of the ids that are recorded, and whether with their end."""
        found: dict[str, bool] = {}
        for chunk in chunks(call_ids):
            query = select(Call.id, Call.ended_at.is_not(None)).where(Call.id.in_(chunk))
            found.update((row[0], row[1]) for row in await self._session.execute(query))
        return found

    async def stints_finished(self, since: datetime, until: datetime | None = None) -> Sequence[Stint]:
        """Stays in queues that ended from `since` to before `until`, in the order of their ends.

        They are for the figures, so those of test calls are left out.
        """
        query = (
            select(Stint)
            .join(Call, Call.id == Stint.call_id)
            .where(Stint.left_at >= since, Call.test.is_(False))
            .order_by(Stint.left_at)
        )
        if until is not None:
            query = query.where(Stint.left_at < until)
        return (await self._session.scalars(query)).all()

    async def _row(self, call_id: str) -> CallRow:
        rows = await self._session.execute(call_rows(HistoryFilter()).where(Call.id == call_id))
        return CallRow(*rows.one())

    async def _holders(self, call: Call) -> list[Holder]:
        extensions = {leg.agent for leg in call.legs} | {offer.agent for offer in call.offers}
        if call.agent is not None:
            extensions.add(call.agent)
        holders = (
            select(HOLDERS.c.extension, User.name, HOLDERS.c.since, HOLDERS.c.until)
            .join(User, User.id == HOLDERS.c.user_id)
            .where(HOLDERS.c.extension.in_(extensions))
        )
        return [Holder(*row) for row in await self._session.execute(holders)]


class AgentIntervals:
    """What agents did when."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def open(self) -> Sequence[AgentInterval]:
        """The newest open interval of each agent and machine."""
        query = (
            select(AgentInterval)
            .where(AgentInterval.ended_at.is_(None))
            .order_by(AgentInterval.started_at, AgentInterval.id)
        )
        newest = {(row.agent, row.kind): row for row in await self._session.scalars(query)}
        return list(newest.values())

    async def between(
        self, since: datetime, until: datetime, *, agent: str | None = None
    ) -> Sequence[AgentInterval]:
        """Intervals that touch the period, in the order of their beginnings."""
        query = (
            select(AgentInterval)
            .where(
                AgentInterval.started_at < until,
                AgentInterval.ended_at.is_(None) | (AgentInterval.ended_at > since),
            )
            .order_by(AgentInterval.started_at, AgentInterval.id)
        )
        if agent is not None:
            query = query.where(AgentInterval.agent == agent)
        return (await self._session.scalars(query)).all()
