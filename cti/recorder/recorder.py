"""The recorder: follows the floor and writes what happened in batches, later when it cannot be written now.

A record goes from memory (what came since the last batch) into the database, or, while the database takes
nothing, into the spool on disk and from there into the database, always in one order. Every write can be
repeated, so a death between any two steps makes no duplicate and loses nothing that was spooled.
"""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from pathlib import Path

import structlog

from cti.bus.contract import SubscriberTooSlow, Subscribing
from cti.bus.topics import FLOOR
from cti.domain.delta import FloorDelta
from cti.domain.events import Event
from cti.domain.views import CallView
from cti.recorder.alarm import Alarm
from cti.recorder.backlog import Backlog, Lost
from cti.recorder.items import BrokenLine, Item, from_line, to_line
from cti.recorder.mapping import call_record, items_of
from cti.recorder.settings import RecorderSettings
from cti.recorder.spool import Segment, Spool
from cti.recorder.writer import CannotWrite, Writer
from storage.faults import Fault, fault_of
from storage.pools import Connections
from storage.records import GapRecord

log = structlog.get_logger(__name__)

# Seconds of a very busy floor: the subscriber only sorts, it never waits for the database.
CAPACITY = 50_000
STOP_WITHIN_S = 3.0


class Recorder:
    """Subscribes when made; `run` writes until cancelled. `report` takes the alarm to the floor.

    `current_calls` are the floor's calls: what to write again should the subscription ever be cut off.
    `to_e164` normalises a caller's number, None for what is none.
    """

    def __init__(
        self,
        bus: Subscribing,
        connections: Connections,
        spool_folder: Path,
        *,
        report: Callable[[Event], object],
        current_calls: Callable[[], Iterable[CallView]],
        to_e164: Callable[[str], str | None],
        clock: Callable[[], datetime],
        settings: RecorderSettings,
    ) -> None:
        self._bus = bus
        self._subscription = bus.subscribe(FLOOR, capacity=CAPACITY)
        self._current_calls = current_calls
        self._clock = clock
        self._settings = settings
        self._backlog = Backlog(settings.memory_items, partial(call_record, to_e164=to_e164))
        self._spool = Spool(
            spool_folder, max_bytes=settings.spool_bytes, segment_bytes=settings.segment_bytes
        )
        self._writer = Writer(
            connections,
            spool_folder / "refused.jsonl",
            timeout_s=settings.write_timeout_s,
            most_items=settings.batch_items,
        )
        self._alarm = Alarm(
            report,
            clock,
            lambda: asyncio.get_running_loop().time(),
            retry_first_s=settings.retry_first_s,
            retry_max_s=settings.retry_max_s,
        )
        self._in_hand: list[Item] = []
        self._heard_until = clock()
        self._something, self._enough, self._stopping = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._spool_fails = False
        self._room = asyncio.Event()
        self._room.set()

    @property
    def trouble(self) -> str | None:
        """Why records wait, None when they are written as they come."""
        return self._alarm.reason

    @property
    def waiting(self) -> int:
        """Records that are not in the database yet."""
        return len(self._backlog) + len(self._in_hand) + self._spool.count

    async def drain(self) -> bool:
        """Write what an earlier run left in the spool. Call it before anyone asks what is recorded."""
        if not self._spool.empty:
            await self._write_waiting()
            self._tell()
        return self.trouble is None

    async def until_room(self) -> None:
        """For whoever tells more at once than is written in that time: wait while memory is half full.

        With nowhere to put anything there is nothing to wait for.
        """
        await self._room.wait()

    async def run(self) -> None:
        """Record until cancelled; then all that was taken in is written, or spooled, before it returns."""
        intake = asyncio.create_task(self._take_in(), name="recorder intake")
        writing = asyncio.create_task(self._write_batches(), name="recorder writing")
        try:
            done, _ = await asyncio.wait({intake, writing}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            intake.cancel()
            await asyncio.wait({intake})
            await self._take_the_rest()
            await self._stop(writing)

    # What comes in ---------------------------------------------------------------------------------------

    async def _take_in(self) -> None:
        while True:
            try:
                async for delta in self._subscription:
                    self._add(delta)
                return
            except SubscriberTooSlow as problem:
                self._subscription = self._bus.subscribe(FLOOR, capacity=CAPACITY)
                self._note_hole(str(problem))

    def _add(self, delta: FloorDelta) -> None:
        self._heard_until = delta.at
        self._backlog.add(items_of(delta), delta.calls)
        self._wake()

    def _note_hole(self, problem: str) -> None:
        """Facts were missed here, though not by the floor: its calls are whole, the journal has a hole."""
        log.error("recorder cut off", problem=problem)
        hole = GapRecord(self._heard_until, f"recorder cut off: {problem}", self._clock())
        self._backlog.add([hole], self._current_calls())
        self._wake()

    def _wake(self) -> None:
        self._something.set()
        if len(self._backlog) >= self._settings.batch_items:
            self._enough.set()
        if len(self._backlog) * 2 >= self._settings.memory_items and not self._spool_fails:
            self._room.clear()

    async def _take_the_rest(self) -> None:
        self._subscription.close()
        try:
            async for delta in self._subscription:
                self._add(delta)
        except SubscriberTooSlow as problem:
            self._note_hole(str(problem))

    # What goes out ---------------------------------------------------------------------------------------

    async def _write_batches(self) -> None:
        while not self._stopping.is_set():
            await self._until_due()
            await self._write_or_spool()
        await self._write_or_spool()

    async def _until_due(self) -> None:
        """Sleep until there is a batch, or until it is time to try again."""
        patience = None if self.trouble is None else self._alarm.wait_s
        # With nowhere to put them, new records are no reason to wake up.
        woken_by = self._stopping if self._spool_fails else self._something
        try:
            async with asyncio.timeout(patience):
                await woken_by.wait()
                async with asyncio.timeout(self._settings.batch_seconds):
                    await self._enough.wait()
        except TimeoutError:
            pass

    async def _write_or_spool(self) -> None:
        if self.trouble is None and self._spool.empty:
            await self._write_new()
        elif self._alarm.wait_s == 0.0:
            await self._write_waiting()
        if self.trouble is not None:
            await self._spool_new()
            self._tell()

    async def _write_new(self) -> None:
        try:
            await self._write_memory()
        except CannotWrite as problem:
            self._alarm.failed(problem.fault)

    async def _write_memory(self) -> None:
        """Write what waits in memory and what was lost there. Raises CannotWrite, all of it still there."""
        self._take_in_hand()
        lost = self._backlog.take_lost()
        try:
            await self._writer.write([*_hole_of(lost), *self._in_hand])
        except BaseException:
            if lost is not None:
                self._backlog.note_lost(lost)
            raise
        self._in_hand = []

    async def _write_waiting(self) -> None:
        """Write the spool file by file, then what waits in memory; stop at the first failure."""
        try:
            while (segment := await asyncio.to_thread(self._spool.oldest)) is not None:
                await self._writer.write(_items_of(segment))
                await asyncio.to_thread(self._spool.remove, segment)
                if len(self._backlog) >= self._settings.batch_items:
                    await self._spool_new()
            await self._write_memory()
        except CannotWrite as problem:
            self._alarm.failed(problem.fault)
        except OSError as problem:
            log.error("spool not read", problem=str(problem))
            self._alarm.failed(Fault.AWAY)
        else:
            self._spool_fails = False
            self._alarm.recovered()

    def _take_in_hand(self) -> None:
        self._in_hand += self._backlog.take()
        self._something.clear()
        self._enough.clear()
        self._room.set()

    async def _spool_new(self) -> None:
        self._take_in_hand()
        if not self._in_hand:
            return
        lines = [to_line(item) for item in self._in_hand]
        try:
            await asyncio.to_thread(self._spool.append, lines)
        except OSError as problem:
            log.error("spool not written", problem=str(problem))
            self._backlog.put_back(self._in_hand)
            self._spool_fails = True
            self._room.set()
            self._alarm.failed(fault_of(problem))
        else:
            self._spool_fails = False
        self._in_hand = []

    def _tell(self) -> None:
        lost = self._backlog.lost
        self._alarm.tell(self.waiting, lost.count if lost else 0)

    async def _stop(self, writing: asyncio.Task[None]) -> None:
        """The last batch. A database that does not answer now does not hold up the end."""
        for event in (self._stopping, self._something, self._enough):
            event.set()
        await asyncio.wait({writing}, timeout=STOP_WITHIN_S)
        if not writing.done():
            writing.cancel()
            await asyncio.wait({writing})
        await self._spool_new()
        self._spool.close()


def _hole_of(lost: Lost | None) -> list[Item]:
    return [] if lost is None else [GapRecord(lost.since, f"{lost.count} records lost", lost.until)]


def _items_of(segment: Segment) -> list[Item]:
    items, broken = [], segment.broken
    for line in segment.lines:
        try:
            items.append(from_line(line))
        except BrokenLine:
            broken += 1
    if broken:
        # Cut off by a kill or a power failure while being written: Asterisk's own records have the call.
        log.warning("broken lines in the spool", file=segment.path.name, lines=broken)
    return items
