"""Fills gaps from Asterisk's own records, and follows them to check the end of every call."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from cti.domain import events as ev
from cti.domain.refusals import CallTurnedAway
from cti.reconciler.bookmark import NAME, Bookmark, BookmarkStore
from cti.reconciler.end_check import EndCheck, KnownCalls
from cti.reconciler.reader import Reader
from cti.records.ledger import CallRecords
from cti.session import CatchUp

log = structlog.get_logger(__name__)

POLL_S = 1.0
# The link is up again when a gap is filled: what happens from then on is heard. Told from the records is a
# little more, since CEL and AMI stamp differently; and so long the records may still tell how that went on:
# that a ring ended because the caller hung up, that a phone was lost.
OVERLAP = timedelta(seconds=0.2)
SETTLE_S = 0.5
# What was heard so shortly before a gap may have been lost on the way; facts that are known do no harm.
MARGIN = timedelta(seconds=2)
# A dead link is noticed so late at most: until then we believe that we listen.
DEAF_UNNOTICED = timedelta(seconds=30)
# Facts about agents are kept for a gap that may turn out to have begun; beyond the number the oldest go.
_MEMBERS_KEPT = timedelta(minutes=5)
_MOST_MEMBERS = 50_000
# Bookmark and stored calls are looked after once in so many polls, and in a long catch-up per so many calls.
_HOUSEKEEPING_EVERY = 5
_PORTION = 1_000
# A call without news for so long is let go when storage has its end, however that was learned.
_STALE = timedelta(minutes=10)
# A call that is over and still not stored waits in the recorder's spool, which is a file too.
_NEVER_STORED = timedelta(hours=6)


class Reconciler:
    """Reads CEL and queue_log in `folder`, Asterisk's log folder.

    `emit` takes a fact that nobody heard; `listening` tells whether live events arrive at this moment.
    `turned_away` takes each caller whom the dialplan's limits kept out: again after a restart, if the place
    where reading begins lies before. `run` begins with the first `catch_up`.
    """

    def __init__(
        self,
        folder: Path,
        bookmarks: BookmarkStore,
        known_calls: KnownCalls,
        emit: Callable[[ev.Event], object],
        clock: Callable[[], datetime],
        *,
        listening: Callable[[], bool] = lambda: True,
        turned_away: Callable[[CallTurnedAway], object] = lambda fact: None,
        poll_s: float = POLL_S,
        settle_s: float = SETTLE_S,
    ) -> None:
        self._folder = folder
        self._bookmarks = bookmarks
        self._known = known_calls
        self._check = EndCheck(known_calls, emit, clock)
        self._clock = clock
        self._listening = listening
        self._turned_away = turned_away
        self._poll_s = poll_s
        self._settle_s = settle_s
        self._reader: Reader | None = None
        self._reading = asyncio.Lock()
        self._begun = asyncio.Event()
        self._heard_until: datetime | None = None
        self._members: deque[ev.AgentEvent] = deque()
        self._members_lost = False
        self._saved: Bookmark | None = None
        self._mid_read = False
        self._catching_up = False

    async def catch_up(self, since: datetime | None) -> CatchUp:
        """What the records tell from `since` until now, in the order of the times. The link must be up again.

        None: everything about calls that are not stored, and about agents since Asterisk was last heard.
        Never raises: what could not be read now is found by the check later.
        """
        until = self._clock() + OVERLAP
        # What the gap hid is no drift, so the check has to wait until it is told.
        self._catching_up = True
        try:
            await asyncio.sleep(self._settle_s)
            async with self._reading:
                events = await self._catch_up(since, until)
                assert self._reader is not None
                recovered = not (self._reader.take_loss() or self._members_lost)
                self._members_lost = False
        except Exception:
            log.exception("records not read")
            return CatchUp((), False)
        finally:
            self._catching_up = False
            self._begun.set()
        log.info("caught up", since=since, events=len(events), recovered=recovered)
        return CatchUp(events, recovered)

    async def run(self) -> None:
        """Follow the files until cancelled: check calls as they end, keep the bookmark."""
        await self._begun.wait()
        polls = 0
        try:
            while True:
                await asyncio.sleep(self._poll_s)
                polls += 1
                await self._poll(housekeeping=polls % _HOUSEKEEPING_EVERY == 0)
        finally:
            # A thread that still reads has gone past records that are not in the ledger yet.
            if not self._mid_read:
                await self._save_bookmark()

    # Reading -----------------------------------------------------------------------------------------------

    async def _open(self) -> Reader:
        if self._reader is None:
            saved = Bookmark.from_json(await self._bookmarks.get(NAME))
            self._heard_until = saved.heard_until if saved else None
            self._reader = await asyncio.to_thread(Reader, self._folder, saved)
        return self._reader

    async def _read(self, reader: Reader) -> bool:
        """One piece of the files, in a thread so that the event loop goes on; False at their end."""
        self._mid_read = True
        turn = await asyncio.to_thread(reader.read)
        self._mid_read = False
        for fact in turn.turned_away:
            self._turned_away(fact)
        for event in turn.members:
            if len(self._members) >= _MOST_MEMBERS:
                self._members.popleft()
                self._members_lost = True
            self._members.append(event)
        return turn.more

    async def _catch_up(self, since: datetime | None, until: datetime) -> list[ev.Event]:
        reader = await self._open()
        events: list[ev.Event] = []
        handled = 0
        while await self._read(reader):
            if since is None and len(reader.ledger.calls) >= handled + _PORTION:
                # A long time without the service: calls become events as they end, records are not hoarded.
                await self._drop_stored(reader, list(reader.ledger.calls.values()))
                events.extend(await asyncio.to_thread(_settle_ended, reader, self._clock()))
                handled = len(reader.ledger.calls)
        if since is None:
            await self._drop_stored(reader, list(reader.ledger.calls.values()))
        start = since - MARGIN if since is not None else None
        events.extend(self._member_events(start))
        return await asyncio.to_thread(_in_order, reader, events, start, until)

    def _member_events(self, start: datetime | None) -> Iterable[ev.AgentEvent]:
        if start is None and self._heard_until is not None:
            start = self._heard_until - DEAF_UNNOTICED
        return [event for event in self._members if start is not None and event.at >= start]

    # Following ---------------------------------------------------------------------------------------------

    async def _poll(self, *, housekeeping: bool) -> None:
        """One look at the files. A fault is logged: the next look may succeed, and the bookmark stays."""
        try:
            async with self._reading:
                reader = await self._open()
                while await self._read(reader):
                    pass
                now = self._clock()
                if self._listening() and not self._catching_up:
                    self._heard_until = now
                    self._forget_members(now - _MEMBERS_KEPT)
                    for call in reader.ledger.over(now):
                        await self._check.look_at(call)
                if housekeeping:
                    await self._drop_stored(reader, self._droppable(reader, now))
                    await self._save_bookmark()
        except Exception:
            # Whatever it is, disk or database: the check must not take the service down with it.
            log.exception("records not followed")

    def _forget_members(self, until: datetime) -> None:
        while self._members and self._members[0].at < until:
            self._members.popleft()

    def _droppable(self, reader: Reader, now: datetime) -> list[CallRecords]:
        """Settled calls; and those of which nothing was written for long: their end may be missing in CEL."""
        return [
            call
            for call in reader.ledger.calls.values()
            if call.settled_at is not None or (call.last_at is not None and call.last_at < now - _STALE)
        ]

    async def _drop_stored(self, reader: Reader, candidates: list[CallRecords]) -> None:
        if not candidates:
            return
        stored = await self._known.stored([call.call_id for call in candidates])
        # Where the records do not have the end either, they know nothing better than a guess.
        stored -= await self._known.guessed([c.call_id for c in candidates if c.ended_at is not None])
        too_old = self._clock() - _NEVER_STORED
        reader.forget(
            call
            for call in candidates
            if call.call_id in stored or (call.settled_at is not None and call.settled_at < too_old)
        )

    async def _save_bookmark(self) -> None:
        if self._reader is None:
            return
        bookmark = self._reader.bookmark(self._heard_until)
        if bookmark == self._saved:
            return
        try:
            await self._bookmarks.put(NAME, bookmark.to_json())
            self._saved = bookmark
        except Exception:
            # An older bookmark only means that more is read again.
            log.exception("bookmark not kept")


def _settle_ended(reader: Reader, now: datetime) -> list[ev.Event]:
    """The events of the calls that are over. For a thread: this is work for seconds after a long time."""
    events: list[ev.Event] = []
    for call in reader.ledger.over(reader.read_until or now):
        events.extend(call.events())
        call.settle(now)
    return events


def _in_order(
    reader: Reader, events: list[ev.Event], start: datetime | None, until: datetime
) -> list[ev.Event]:
    """All events by time, with those of the calls that are not settled yet. For a thread."""
    for call in reader.ledger.calls.values():
        events.extend(event for event in call.events() if start is None or event.at >= start)
    return sorted((event for event in events if event.at <= until), key=lambda event: event.at)
