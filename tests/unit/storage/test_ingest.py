"""From Asterisk's files to the store: complete, once, and nothing lost when something fails on the way."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from sqlalchemy import event

from storage.database import Database
from storage.recordings import RecordingStore, ingest, intake
from storage.recordings import combine as combining
from storage.records import LegRecord
from storage.repositories.journal import Journal
from storage.repositories.recordings import Recordings
from storage.tables import Recording
from tests.unit.storage.builders import a_call, an_abandoned_call, later

END = later(90)
# Long enough after the calls for everything to have settled.
NOW = later(600)
STEM = "rd-1-1"


@pytest.fixture
def store(tmp_path: Path) -> RecordingStore:
    it = RecordingStore(tmp_path / "recordings")
    it.incoming.mkdir(parents=True)
    return it


def record(store: RecordingStore, stem: str, seconds: float = 60.0, ended_at: datetime = END) -> list[Path]:
    """The two files as Asterisk leaves them."""
    paths = []
    for side, level in (("caller", 100), ("agent", 200)):
        path = store.incoming / f"{stem}-{side}.wav"
        soundfile.write(path, np.full(int(seconds * 8000), level, dtype=np.int16), 8000)
        os.utime(path, (ended_at.timestamp(), ended_at.timestamp()))
        paths.append(path)
    return paths


def put_back(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    os.utime(path, (END.timestamp(), END.timestamp()))


async def write(db: Database, *calls: Any) -> None:
    async with db.transaction() as s:
        await Journal(s).write_calls(calls)


async def stored(db: Database) -> list[Recording]:
    async with db.session() as s:
        return list(await Recordings(s).all())


def left_over(store: RecordingStore) -> list[str]:
    return sorted(path.name for path in store.incoming.iterdir())


async def test_a_finished_recording_is_stored_with_its_metadata(db: Database, store: RecordingStore) -> None:
    await write(db, a_call())
    record(store, STEM)
    report = await ingest(store, db, now=NOW)
    (row,) = await stored(db)
    assert (report.stored, report.waiting, report.problems) == ([STEM], 0, [])
    assert (row.call_id, row.stint, row.part, row.agent, row.queue) == ("rd-1", 1, 0, "1001", "service")
    assert (row.started_at, row.length_s, row.channels, row.state) == (later(30), 60.0, 2, "stored")
    assert row.path == "2026/03/01/rd-1-1.wav"
    assert row.size == store.locate(row.path).stat().st_size == 44 + 60 * 8000 * 4
    assert store.state_of(row) == "stored"
    assert left_over(store) == []


async def test_what_is_still_being_written_is_left_alone(db: Database, store: RecordingStore) -> None:
    await write(db, a_call("open", ended_at=None), a_call("just-ended"))
    record(store, "open-1")
    record(store, "just-ended-1", ended_at=NOW - timedelta(seconds=1))
    record(store, "not-yet-known-1", ended_at=NOW - timedelta(minutes=5))
    report = await ingest(store, db, now=NOW)
    assert (report.stored, report.waiting) == ([], 3)
    assert len(left_over(store)) == 6


async def test_recordings_under_way_are_asked_about_all_at_once(db: Database, store: RecordingStore) -> None:
    await write(db, *(a_call(f"open-{number}", ended_at=None) for number in range(20)))
    for number in range(20):
        record(store, f"open-{number}-1", seconds=0.1)
    statements: list[str] = []
    async with db.session() as s:
        connection = (await s.connection()).sync_connection
        assert connection is not None

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if statement.startswith("SELECT"):
                statements.append(statement)

        event.listen(connection.engine, "before_cursor_execute", note)
    assert (await ingest(store, db, now=NOW)).waiting == 20
    event.remove(connection.engine, "before_cursor_execute", note)
    assert len(statements) == 2  # and one for what should have come


async def test_a_recording_whose_call_never_came_is_stored_all_the_same(
    db: Database, store: RecordingStore
) -> None:
    record(store, "orphan-2")
    report = await ingest(store, db, now=END + timedelta(hours=2))
    (row,) = await stored(db)
    assert report.stored == ["orphan-2"]
    assert (row.agent, row.queue, row.started_at) == (
        None,
        None,
        later(30).replace(microsecond=row.started_at.microsecond),
    )


async def test_a_recording_without_sound_is_removed(db: Database, store: RecordingStore) -> None:
    await write(db, an_abandoned_call("rd-1"))
    record(store, STEM, seconds=0)
    report = await ingest(store, db, now=NOW)
    assert (report.stored, report.problems, left_over(store)) == ([], [], [])
    assert await stored(db) == []


async def test_each_part_gets_the_agent_who_spoke_in_it(db: Database, store: RecordingStore) -> None:
    def leg(no: int, agent: str, stint: int | None, start: float, end: float) -> LegRecord:
        return LegRecord(
            no, agent, "service" if stint else None, stint, "", later(start), later(end), 0.0, 0, "x"
        )

    await write(
        db,
        a_call(
            legs=(
                leg(1, "1001", 1, 30, 40),
                leg(2, "1002", None, 45, 60),
                leg(3, "1003", None, 70, 90),
            )
        ),
        a_call("out-a1", direction="outbound", stints=(), legs=(leg(1, "1001", None, 30, 40),)),
    )
    record(store, "rd-1-1", seconds=10, ended_at=later(40))
    record(store, "rd-1-1.1", seconds=15, ended_at=later(60))
    record(store, "rd-1-1.2", seconds=20, ended_at=later(90))
    record(store, "out-a1-0", seconds=10, ended_at=later(40))
    await ingest(store, db, now=NOW)
    found = {(row.call_id, row.stint, row.part): (row.agent, row.started_at) for row in await stored(db)}
    assert found == {
        ("rd-1", 1, 0): ("1001", later(30)),
        ("rd-1", 1, 1): ("1002", later(45)),
        ("rd-1", 1, 2): ("1003", later(70)),
        ("out-a1", 0, 0): ("1001", later(30)),
    }


async def test_running_again_changes_nothing(db: Database, store: RecordingStore) -> None:
    await write(db, a_call())
    record(store, STEM)
    await ingest(store, db, now=NOW)
    before = [(row.id, row.sha256) for row in await stored(db)]
    assert (await ingest(store, db, now=NOW)).stored == []
    record(store, STEM)
    assert (await ingest(store, db, now=NOW)).stored == [STEM]
    assert [(row.id, row.sha256) for row in await stored(db)] == before
    assert left_over(store) == []


@pytest.mark.parametrize("dies_at", ["combine", "_publish", "_keep", "unlink"])
async def test_a_death_at_any_step_is_made_good_by_the_next_run(
    db: Database, store: RecordingStore, monkeypatch: pytest.MonkeyPatch, dies_at: str
) -> None:
    class Killed(BaseException):
        """As little to be caught as SIGKILL."""

    def die(*_args: object, **_kwargs: object) -> None:
        raise Killed

    await write(db, a_call())
    record(store, STEM)
    owner: Any = Path if dies_at == "unlink" else intake
    monkeypatch.setattr(owner, dies_at, die)
    with pytest.raises(Killed):
        await ingest(store, db, now=NOW)
    monkeypatch.undo()
    assert len(left_over(store)) == 2
    await ingest(store, db, now=NOW)
    (row,) = await stored(db)
    assert store.state_of(row) == "stored"
    assert left_over(store) == []
    assert [p.name for p in store.locate(row.path).parent.iterdir()] == ["rd-1-1.wav"]


async def test_a_death_between_the_two_deletions_is_made_good_by_the_next_run(
    db: Database, store: RecordingStore
) -> None:
    await write(db, a_call())
    _, agent = record(store, STEM)
    sound = agent.read_bytes()
    await ingest(store, db, now=NOW)
    put_back(agent, sound)
    report = await ingest(store, db, now=NOW)
    assert (report.problems, left_over(store)) == ([], [])
    (row,) = await stored(db)
    assert store.state_of(row) == "stored"


async def test_what_is_left_is_kept_when_the_stored_file_is_damaged(
    db: Database, store: RecordingStore
) -> None:
    await write(db, a_call())
    _, agent = record(store, STEM)
    sound = agent.read_bytes()
    await ingest(store, db, now=NOW)
    put_back(agent, sound)
    (row,) = await stored(db)
    store.locate(row.path).write_bytes(b"damaged")
    assert "another recording" in (await ingest(store, db, now=NOW)).problems[0]
    assert left_over(store) == [agent.name]


async def test_a_stored_recording_is_never_replaced_by_another(db: Database, store: RecordingStore) -> None:
    await write(db, a_call())
    record(store, STEM)
    await ingest(store, db, now=NOW)
    record(store, STEM, seconds=5)
    report = await ingest(store, db, now=NOW)
    assert "another recording" in report.problems[0]
    (row,) = await stored(db)
    assert (row.length_s, store.state_of(row)) == (60.0, "stored")
    assert len(left_over(store)) == 2


async def test_a_full_disk_is_reported_and_nothing_is_lost(
    db: Database, store: RecordingStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write(db, a_call(), a_call("rd-2"))
    record(store, STEM)
    record(store, "rd-2-1")
    real_write = combining._write

    def full(target: Path, *rest: Any) -> None:
        real_write(target, *rest)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(combining, "_write", full)
    report = await ingest(store, db, now=NOW)
    assert report.problems == ["rd-1-1 is not stored: the disk is full"]
    assert len(left_over(store)) == 4
    assert await stored(db) == []
    assert [path for path in store.root.rglob("*.part")] == []
    monkeypatch.undo()
    assert (await ingest(store, db, now=NOW)).stored == ["rd-1-1", "rd-2-1"]


async def test_what_is_no_sound_is_set_aside_and_told_once(db: Database, store: RecordingStore) -> None:
    await write(db, a_call(), a_call("rd-2"))
    caller, _ = record(store, STEM)
    caller.write_bytes(b"garbage")
    os.utime(caller, (END.timestamp(), END.timestamp()))
    record(store, "rd-2-1")
    report = await ingest(store, db, now=NOW)
    assert report.stored == ["rd-2-1"]
    assert "no sound file" in report.problems[0]
    assert (await ingest(store, db, now=NOW)).problems == []
    assert sorted(path.name for path in store.unreadable.iterdir()) == [
        "rd-1-1-agent.wav",
        "rd-1-1-caller.wav",
    ]


async def test_links_folders_and_strange_names_are_left_alone(
    db: Database, store: RecordingStore, tmp_path: Path
) -> None:
    await write(db, a_call("evil"))
    (tmp_path / "secret.wav").write_bytes(b"secret")
    (store.incoming / "evil-1-caller.wav").symlink_to(tmp_path / "secret.wav")
    (store.incoming / "evil-2-caller.wav").mkdir()
    (store.incoming / "..-1-caller.wav").write_bytes(b"")
    (store.incoming / "notes.txt").write_bytes(b"")
    report = await ingest(store, db, now=NOW)
    assert (report.stored, report.waiting, report.problems) == ([], 0, [])
    assert len(left_over(store)) == 4


async def test_a_damaged_or_missing_file_is_seen(db: Database, store: RecordingStore) -> None:
    await write(db, a_call())
    record(store, STEM)
    await ingest(store, db, now=NOW)
    (row,) = await stored(db)
    path = store.locate(row.path)
    with path.open("r+b") as file:
        file.seek(1000)
        file.write(b"\x01")
    assert store.state_of(row) == "damaged"
    path.unlink()
    assert store.state_of(row) == "missing"
    row.path = "../../etc/passwd"
    assert store.state_of(row) == "missing"


async def test_without_the_folder_there_is_nothing_to_do(db: Database, tmp_path: Path) -> None:
    report = await ingest(RecordingStore(tmp_path / "none"), db, now=datetime.now(UTC))
    assert (report.stored, report.waiting, report.problems) == ([], 0, [])
