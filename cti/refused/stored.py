"""Refused calls across restarts: what an earlier run wrote counts on."""

from collections.abc import Callable
from datetime import datetime, timedelta

from cti.domain.refusals import CallsRefused, CallTurnedAway, RefusalCause
from cti.live import LiveFloor
from cti.records.turned_away import BY_LIMIT
from cti.refused.book import RefusalBook
from cti.refused.keeper import RefusalKeeper
from cti.settings import RefusalSettings
from storage.database import Database
from storage.repositories.refused_calls import RefusedCalls
from storage.tables import RefusedCall


class StoredRefusals:
    """The keeper of a book that begins with what the database has."""

    def __init__(
        self, live: LiveFloor, database: Database, settings: RefusalSettings, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._clock = clock
        self._window = timedelta(minutes=settings.alarm_minutes)
        self._book = RefusalBook(live.floor.epoch, settings.alarm_calls, self._window)
        self.keeper = RefusalKeeper(self._book, live.observe, clock)
        self._counted_until: datetime | None = None

    async def resume(self) -> None:
        """What kept calls away just before the service stopped keeps them away still."""
        async with self._database.session() as session:
            rows = await RefusedCalls(session).since(self._clock() - self._window)
            self._counted_until = await RefusedCalls(session).last_at(BY_LIMIT)
        self._book.resume(map(_as_event, rows))

    def take_recorded(self, fact: CallTurnedAway) -> None:
        """One of whom Asterisk's records tell; they may be read again from where an earlier run read them."""
        if self._counted_until is None or fact.at > self._counted_until:
            self.keeper.note(fact)


def _as_event(row: RefusedCall) -> CallsRefused:
    return CallsRefused(
        at=row.last_at,
        uid=row.uid,
        first_at=row.first_at,
        cause=RefusalCause(row.cause),
        trunk=row.trunk,
        number=row.number,
        dialled=row.dialled,
        address=row.address,
        detail=row.detail,
        count=row.count,
    )
