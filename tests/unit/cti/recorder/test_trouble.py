"""The recorder with a SQLite database that is locked or full: nothing lost, an alarm, recovery by itself."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from structlog.testing import capture_logs

from cti.bus.contract import Topic
from cti.domain.delta import FloorDelta
from cti.domain.events import LinkUp, StorageRecovered, StorageTrouble
from cti.recorder.backlog import Backlog, Lost
from cti.recorder.items import Item
from cti.recorder.mapping import items_of
from cti.recorder.spool import Spool
from cti.recorder.writer import CannotWrite
from storage.database import Database
from storage.faults import Fault
from storage.records import EventRecord, GapRecord, IntervalRecord, WrapUpEnd
from storage.repositories.calls import Calls
from storage.repositories.operations import Gaps
from storage.tables import Call, CallEventRow
from tests.support.databases import sqlite_url
from tests.support.recorded_floor import RecordedFloor, at

EVENTS_OF_A_CALL = 11


@pytest.fixture
async def impatient(db: Database) -> AsyncIterator[Database]:
    """The same database, opened so that a lock is noticed at once."""
    assert db.path is not None
    database = Database(sqlite_url(db.path), busy_timeout_s=0.01)
    yield database
    await database.close()


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """Another program holds the write lock."""
    assert database.path is not None
    other = sqlite3.connect(database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.rollback()
        other.close()


async def counted(db: Database) -> tuple[int, int]:
    """Calls and events that are recorded."""
    async with db.session() as s:
        calls = await s.scalar(select(func.count()).select_from(Call))
        events = await s.scalar(select(func.count()).select_from(CallEventRow))
    return calls or 0, events or 0


async def test_a_locked_database_is_written_when_it_is_free_again(
    impatient: Database, tmp_path: Path
) -> None:
    floor = RecordedFloor(impatient, tmp_path / "spool")
    async with floor.recording():
        with locked(impatient):
            floor.play_call("rd-1")
            trouble = await floor.told(StorageTrouble)
            floor.play_call("rd-2", 100)
            assert await counted(impatient) == (0, 0)
        await floor.told(StorageRecovered)
    assert isinstance(trouble, StorageTrouble)
    assert trouble.reason == "the database is locked by another program"
    assert trouble.spooled > 0
    assert await counted(impatient) == (2, 2 * EVENTS_OF_A_CALL)
    assert floor.recorder.waiting == 0
    assert floor.live.floor.system.storage.trouble is None


async def test_the_log_has_the_databases_own_words(impatient: Database, tmp_path: Path) -> None:
    floor = RecordedFloor(impatient, tmp_path / "spool")
    async with impatient.transaction() as s:
        await s.execute(text("ALTER TABLE calls RENAME TO elsewhere"))
    with capture_logs() as logs:
        async with floor.recording():
            floor.play_call("rd-1")
            await floor.told(StorageTrouble)
    problems = [line["problem"] for line in logs if line["event"] == "nothing written"]
    assert "no such table: calls" in problems[0]


async def test_the_floor_is_not_held_up_by_a_locked_database(impatient: Database, tmp_path: Path) -> None:
    floor = RecordedFloor(impatient, tmp_path / "spool")
    async with floor.recording():
        with locked(impatient):
            for number in range(50):
                floor.play_call(f"rd-{number}", number)
            assert len(floor.live.floor.calls) == 50
            await floor.told(StorageTrouble)
        await floor.told(StorageRecovered)
    assert await counted(impatient) == (50, 50 * EVENTS_OF_A_CALL)


async def test_a_full_disk_is_written_when_there_is_room_again(db: Database, tmp_path: Path) -> None:
    async def set_room(pages: int) -> None:
        async with db.transaction() as s:
            await s.execute(text(f"PRAGMA max_page_count={pages}"))

    floor = RecordedFloor(db, tmp_path / "spool")
    await set_room(1)
    async with floor.recording():
        for number in range(100):
            floor.play_call(f"rd-{number}", number)
        trouble = await floor.told(StorageTrouble)
        assert isinstance(trouble, StorageTrouble)
        assert trouble.reason == "the disk is full"
        await set_room(100_000)
        await floor.told(StorageRecovered)
    assert await counted(db) == (100, 100 * EVENTS_OF_A_CALL)


async def test_what_is_spooled_at_the_end_is_written_by_the_next_run(
    impatient: Database, tmp_path: Path
) -> None:
    first = RecordedFloor(impatient, tmp_path / "spool")
    with locked(impatient):
        async with first.recording():
            first.play_call("rd-1")
        assert first.recorder.waiting > 0
    second = RecordedFloor(impatient, tmp_path / "spool", epoch="e2")
    assert second.recorder.waiting == first.recorder.waiting
    assert await second.recorder.drain()
    assert await counted(impatient) == (1, EVENTS_OF_A_CALL)
    assert second.recorder.waiting == 0


async def test_a_death_after_the_write_makes_no_duplicates(
    impatient: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = RecordedFloor(impatient, tmp_path / "spool")
    with locked(impatient):
        async with first.recording():
            first.play_call("rd-1")

    def die(self: Spool, segment: object) -> None:
        raise KeyboardInterrupt

    second = RecordedFloor(impatient, tmp_path / "spool", epoch="e2")
    monkeypatch.setattr(Spool, "remove", die)
    with pytest.raises(KeyboardInterrupt):
        await second.recorder._write_waiting()
    assert await counted(impatient) == (1, EVENTS_OF_A_CALL)
    monkeypatch.undo()

    third = RecordedFloor(impatient, tmp_path / "spool", epoch="e3")
    assert await third.recorder.drain()
    assert await counted(impatient) == (1, EVENTS_OF_A_CALL)
    async with impatient.session() as s:
        call = await Calls(s).by_id("rd-1")
    assert call is not None
    assert (len(call.legs), len(call.stints), call.talk_s) == (1, 1, 36.0)


async def test_a_line_cut_off_by_a_power_failure_costs_only_itself(
    impatient: Database, tmp_path: Path
) -> None:
    first = RecordedFloor(impatient, tmp_path / "spool")
    with locked(impatient):
        async with first.recording():
            first.play_call("rd-1")
    (file,) = (tmp_path / "spool").glob("0*.jsonl")
    content = file.read_bytes()
    file.write_bytes(b"{}\nnot json\n" + content + content[: len(content) // 3].rsplit(b"\n", 1)[1])
    second = RecordedFloor(impatient, tmp_path / "spool", epoch="e2")
    assert await second.recorder.drain()
    assert await counted(impatient) == (1, EVENTS_OF_A_CALL)


async def test_with_a_full_spool_the_newest_wait_in_memory(impatient: Database, tmp_path: Path) -> None:
    floor = RecordedFloor(impatient, tmp_path / "spool", spool_bytes=4096)
    async with floor.recording():
        with locked(impatient):
            for number in range(20):
                floor.play_call(f"rd-{number}", number)
            await floor.told(StorageTrouble)
        await floor.told(StorageRecovered)
    assert await counted(impatient) == (20, 20 * EVENTS_OF_A_CALL)


async def test_nobody_waits_for_room_that_nothing_makes(impatient: Database, tmp_path: Path) -> None:
    floor = RecordedFloor(
        impatient, tmp_path / "spool", spool_bytes=4096, memory_items=200, retry_first_s=600, retry_max_s=600
    )
    async with floor.recording():
        with locked(impatient):
            for number in range(50):
                floor.play_call(f"rd-{number}", number * 100)
                await asyncio.sleep(0)
                async with asyncio.timeout(20):
                    await floor.recorder.until_room()


async def test_what_had_to_be_dropped_is_counted_and_shown_as_a_gap(
    impatient: Database, tmp_path: Path
) -> None:
    floor = RecordedFloor(impatient, tmp_path / "spool", spool_bytes=4096, memory_items=100)
    async with floor.recording():
        with locked(impatient):
            for number in range(20):
                floor.play_call(f"rd-{number}", number * 100)
            trouble = await floor.told(StorageTrouble)
        await floor.told(StorageRecovered)
    assert isinstance(trouble, StorageTrouble)
    assert "records are lost" in trouble.reason
    async with impatient.session() as s:
        (gap,) = await Gaps(s).between(at(-1), at(10_000))
    assert gap.started_at == at(0)
    assert gap.ended_at is not None
    assert "records lost" in gap.reason
    assert not gap.recovered


class SlowWriter:
    """Does with each batch what it was told, and writes all others."""

    def __init__(self, script: Sequence[str]) -> None:
        self.written: list[Item] = []
        self.held, self.go_on = asyncio.Event(), asyncio.Event()
        self._script = list(script)

    async def write(self, items: Sequence[Item]) -> None:
        todo = self._script.pop(0) if self._script else "write"
        if todo == "hold":
            self.held.set()
            await self.go_on.wait()
        if todo == "refuse":
            raise CannotWrite(Fault.AWAY)
        self.written.extend(items)


def count_items(floor: RecordedFloor) -> list[int]:
    """How many items each event from now on is worth."""
    counted: list[int] = []
    publish = floor.bus.publish

    def counting(topic: Topic[FloorDelta], message: FloorDelta) -> None:
        counted.append(sum(1 for _ in items_of(message)))
        publish(topic, message)

    floor.bus.publish = counting  # type: ignore[method-assign, assignment]
    return counted


@pytest.mark.parametrize(
    "script", [["hold"], ["refuse", "write", "hold"]], ids=["as they come", "what had waited"]
)
async def test_what_is_lost_while_a_batch_is_written_is_told_with_the_next_one(
    impatient: Database, tmp_path: Path, script: list[str]
) -> None:
    floor = RecordedFloor(impatient, tmp_path / "spool", memory_items=50)
    writer = SlowWriter(script)
    floor.recorder._writer = writer  # type: ignore[assignment]
    items = count_items(floor)
    async with floor.recording():
        floor.play_call("first", 0)
        await writer.held.wait()
        for number in range(1, 20):
            floor.play_call(f"rd-{number}", number * 100)
        floor.live.observe(LinkUp(at=at(5000)))
        await taken_in(floor)
        writer.go_on.set()
    holes = [item for item in writer.written if isinstance(item, GapRecord)]
    lost = sum(int(hole.reason.partition(" ")[0]) for hole in holes)
    # Whatever was told is written or counted as lost, once.
    kept = [i for i in writer.written if isinstance(i, EventRecord | IntervalRecord | WrapUpEnd)]
    assert lost > 0
    assert lost + len(kept) == sum(items)


async def taken_in(floor: RecordedFloor) -> None:
    """The recorder has heard everything that was told."""
    for _ in range(1_000):
        await asyncio.sleep(0)
        if floor.recorder._heard_until == at(5000):
            return
    raise AssertionError("the recorder does not listen")


def test_what_was_lost_is_kept_in_mind_until_it_is_written() -> None:
    backlog = Backlog(2, lambda call: pytest.fail("no call was given"))
    backlog.add([GapRecord(at(n), "x") for n in range(5)], [])
    taken = backlog.take_lost()
    assert taken == Lost(3, at(0), at(2))
    assert backlog.take_lost() is None
    backlog.add([GapRecord(at(9), "x")], [])
    assert taken is not None
    backlog.note_lost(taken)
    assert backlog.take_lost() == Lost(4, at(0), at(3))
