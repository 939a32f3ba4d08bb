"""Takes finished recordings into the store every few seconds, and raises the alarm when one is lost."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from cti.domain.events import Event, RecordingsLost, Source
from storage.pools import Connections
from storage.recordings import RecordingStore, ingest
from storage.repositories.recordings import Recordings

log = structlog.get_logger(__name__)

EVERY_S = 2.0
# So long a loss is shown to everyone who may hear all recordings; in the history it stays.
SHOWN_FOR = timedelta(hours=24)
COUNT_AGAIN = timedelta(minutes=5)


class RecordingIntake:
    """`report` takes the alarm to the floor. `problems` are what keeps files from being stored now."""

    def __init__(
        self,
        store: RecordingStore,
        connections: Connections,
        report: Callable[[Event], object],
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._connections = connections
        self._report = report
        self._clock = clock
        self._problems: list[str] = []
        self._lost = 0
        self._counted_at: datetime | None = None

    @property
    def trouble(self) -> str | None:
        """One line for the health report, None when all is well."""
        found = list(self._problems)
        if self._lost:
            found.append(f"recordings lost in the last 24 hours: {self._lost}, see the history")
        return "; ".join(found) or None

    async def run(self) -> None:
        """Serve until cancelled."""
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                await self.look()
            except Exception as problem:
                # A database that is away: the files wait where they are.
                log.warning("recordings not stored", problem=repr(problem))

    async def look(self) -> None:
        """Store what is finished, and tell what is lost."""
        now = self._clock()
        done = await ingest(self._store, self._connections, now=now)
        self._problems = done.problems
        # A loss can also be made good, by a file that came after all.
        news = bool(done.lost) or (self._lost > 0 and bool(done.stored))
        if news or self._counted_at is None or now - self._counted_at >= COUNT_AGAIN:
            await self._count(now)

    async def _count(self, now: datetime) -> None:
        async with self._connections.session() as session:
            lost = await Recordings(session).count_lost(now - SHOWN_FOR)
        self._counted_at = now
        if lost != self._lost:
            self._lost = lost
            self._report(RecordingsLost(at=now, source=Source.SERVICE, count=lost))
