"""A conversation that Asterisk began to record ends in the store, or with a row that says why not."""

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from storage.database import Database
from storage.recordings import IngestReport, RecordingStore, ingest
from storage.records import CallRecord, LegRecord, RecordingRecord
from storage.repositories.journal import Journal
from storage.repositories.recordings import Recordings
from tests.unit.storage.builders import a_call, an_abandoned_call, later

NOW = later(600)
END = later(90)
MARK = RecordingRecord("rd-1-1@1001", later(29.99))


@pytest.fixture
def shelf(tmp_path: Path) -> RecordingStore:
    it = RecordingStore(tmp_path / "recordings")
    it.incoming.mkdir(parents=True)
    return it


def record(shelf: RecordingStore, stem: str, seconds: float, ended_at: datetime = END) -> None:
    for side in ("caller", "agent"):
        path = shelf.incoming / f"{stem}-{side}.wav"
        soundfile.write(path, np.full(int(seconds * 8000), 100, dtype=np.int16), 8000)
        os.utime(path, (ended_at.timestamp(), ended_at.timestamp()))


async def write(db: Database, *calls: CallRecord) -> None:
    async with db.transaction() as s:
        await Journal(s).write_calls(calls)


async def rows(db: Database) -> Sequence[tuple[Any, ...]]:
    async with db.session() as s:
        return [(r.state, r.agent, r.queue, r.started_at, r.length_s) for r in await Recordings(s).all()]


async def lost(db: Database) -> int:
    async with db.session() as s:
        return await Recordings(s).count_lost(later(0))


async def test_a_recording_that_was_begun_is_expected_and_then_stored(
    db: Database, shelf: RecordingStore
) -> None:
    await write(db, a_call(ended_at=None, recordings=(MARK,)))
    assert await rows(db) == [("expected", "1001", None, later(29.99), 0.0)]
    assert await ingest(shelf, db, now=NOW) == IngestReport()
    await write(db, a_call(recordings=(MARK,)))
    record(shelf, MARK.stem, 60.0)
    assert (await ingest(shelf, db, now=NOW)).stored == [MARK.stem]
    await write(db, a_call(recordings=(MARK,)))
    assert await rows(db) == [("stored", "1001", "service", later(30), 60.0)]
    assert (await ingest(shelf, db, now=NOW), await lost(db)) == (IngestReport(), 0)


async def test_files_without_sound_of_a_conversation_are_a_loss(db: Database, shelf: RecordingStore) -> None:
    await write(db, a_call(recordings=(MARK,)))
    record(shelf, MARK.stem, 0.0)
    assert await ingest(shelf, db, now=NOW) == IngestReport(lost=[MARK.stem])
    assert await rows(db) == [("no_sound", "1001", "service", later(30), 0.0)]
    assert list(shelf.incoming.iterdir()) == []
    assert (await ingest(shelf, db, now=NOW), await lost(db)) == (IngestReport(), 1)


async def test_empty_files_that_were_closed_late_belong_to_the_leg_that_was_marked(
    db: Database, shelf: RecordingStore
) -> None:
    await write(db, a_call(recordings=(MARK,)))
    record(shelf, MARK.stem, 0.0, ended_at=later(100))
    await ingest(shelf, db, now=NOW)
    assert await rows(db) == [("no_sound", "1001", "service", later(30), 0.0)]


async def test_files_that_never_came_are_a_loss_when_the_call_is_over_for_a_while(
    db: Database, shelf: RecordingStore
) -> None:
    await write(db, a_call(recordings=(MARK,)))
    assert await ingest(shelf, db, now=later(99)) == IngestReport()
    assert await ingest(shelf, db, now=later(101)) == IngestReport(lost=[MARK.stem])
    assert await rows(db) == [("no_file", "1001", "service", later(30), 0.0)]
    assert (await ingest(shelf, db, now=NOW), await lost(db)) == (IngestReport(), 1)


async def test_empty_files_beside_a_stored_recording_are_no_loss(db: Database, shelf: RecordingStore) -> None:
    await write(db, a_call(recordings=(MARK,)))
    record(shelf, MARK.stem, 60.0)
    await ingest(shelf, db, now=NOW)
    record(shelf, MARK.stem, 0.0)
    assert await ingest(shelf, db, now=NOW) == IngestReport()
    assert [state for state, *_ in await rows(db)] == ["stored"]


async def test_files_that_come_after_all_make_the_loss_good(db: Database, shelf: RecordingStore) -> None:
    await write(db, a_call(recordings=(MARK,)))
    await ingest(shelf, db, now=NOW)
    record(shelf, MARK.stem, 60.0)
    assert (await ingest(shelf, db, now=NOW)).stored == [MARK.stem]
    assert await rows(db) == [("stored", "1001", "service", later(30), 60.0)]
    assert await lost(db) == 0


async def test_files_that_are_here_but_cannot_be_stored_yet_are_no_loss(
    db: Database, shelf: RecordingStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    await write(db, a_call(recordings=(MARK,)))
    record(shelf, MARK.stem, 60.0)
    monkeypatch.setattr("storage.recordings.combine._write", full)
    report = await ingest(shelf, db, now=NOW)
    assert (report.lost, len(report.problems)) == ([], 1)
    assert [state for state, *_ in await rows(db)] == ["expected"]


async def test_files_that_are_no_sound_are_a_loss(db: Database, shelf: RecordingStore) -> None:
    await write(db, a_call(recordings=(MARK,)))
    record(shelf, MARK.stem, 60.0)
    for path in shelf.incoming.iterdir():
        path.write_bytes(b"garbage")
        os.utime(path, (later(90).timestamp(), later(90).timestamp()))
    assert (await ingest(shelf, db, now=NOW)).lost == [MARK.stem]
    assert await rows(db) == [("unreadable", "1001", "service", later(30), 0.0)]


async def test_unreadable_files_beside_a_stored_recording_are_no_loss(
    db: Database, shelf: RecordingStore
) -> None:
    await write(db, a_call(recordings=(MARK,)))
    record(shelf, MARK.stem, 60.0)
    await ingest(shelf, db, now=NOW)
    record(shelf, MARK.stem, 60.0)
    for path in shelf.incoming.iterdir():
        path.write_bytes(b"garbage")
        os.utime(path, (END.timestamp(), END.timestamp()))
    report = await ingest(shelf, db, now=NOW)
    assert (report.lost, len(report.problems)) == ([], 1)
    assert [state for state, *_ in await rows(db)] == ["stored"]


@pytest.mark.parametrize("files", [True, False])
async def test_an_agent_who_answered_when_the_caller_was_gone_has_lost_nothing(
    db: Database, shelf: RecordingStore, files: bool
) -> None:
    await write(db, an_abandoned_call("rd-1", recordings=(MARK,)))
    if files:
        record(shelf, MARK.stem, 0.0, ended_at=later(30))
    assert await ingest(shelf, db, now=NOW) == IngestReport()
    assert await ingest(shelf, db, now=NOW) == IngestReport()
    assert await rows(db) == []


async def test_one_leg_of_two_is_lost_and_the_right_one_is_named(db: Database, shelf: RecordingStore) -> None:
    """Of the same agent, to whom the call came back."""
    legs = tuple(
        LegRecord(no, "1001", queue, no, f"PJSIP/1001-{no}", later(begin), later(end), 0.0, 0, "hangup")
        for no, queue, begin, end in ((1, "service", 30, 40), (2, "sales", 70, 90))
    )
    second = RecordingRecord("rd-1-3@1001", later(69.99))
    await write(db, a_call(legs=legs, recordings=(MARK, second)))
    record(shelf, MARK.stem, 10.0, ended_at=later(40))
    await ingest(shelf, db, now=NOW)
    assert await rows(db) == [
        ("stored", "1001", "service", later(30), 10.0),
        ("no_file", "1001", "sales", later(70), 0.0),
    ]


async def test_the_name_says_whose_leg_it_is_even_when_another_was_longer(
    db: Database, shelf: RecordingStore
) -> None:
    legs = (
        LegRecord(1, "1001", "service", 1, "", later(30), later(89), 0.0, 0, "transferred"),
        LegRecord(2, "1002", None, None, "", later(89), later(90), 0.0, 0, "hangup"),
    )
    await write(db, a_call(legs=legs))
    record(shelf, "rd-1-1.1@1002", 2.0)
    await ingest(shelf, db, now=NOW)
    assert await rows(db) == [("stored", "1002", None, later(89), 2.0)]


async def test_the_number_of_a_stay_that_a_full_queue_refused_misleads_nobody(
    db: Database, shelf: RecordingStore
) -> None:
    """Names of earlier versions: the dialplan counts that stay, the call does not."""
    legs = (
        LegRecord(1, "1001", "sales", 1, "", later(30), later(60), 0.0, 0, "transferred"),
        LegRecord(2, "1002", "service", 2, "", later(65), later(90), 0.0, 0, "hangup"),
    )
    await write(db, a_call(legs=legs))
    record(shelf, "rd-1-2", 30.0, ended_at=later(60))
    record(shelf, "rd-1-3", 25.0)
    await ingest(shelf, db, now=NOW)
    assert [(agent, queue) for _, agent, queue, *_ in await rows(db)] == [
        ("1001", "sales"),
        ("1002", "service"),
    ]


async def test_a_test_call_has_lost_nothing_that_counts(db: Database, shelf: RecordingStore) -> None:
    await write(db, a_call(recordings=(MARK,), test=True))
    assert (await ingest(shelf, db, now=NOW)).lost == [MARK.stem]
    assert ([state for state, *_ in await rows(db)], await lost(db)) == (["no_file"], 0)


async def test_losses_are_noticed_behind_many_recordings_that_cannot_be_stored_yet_a_few_at_a_time(
    db: Database, shelf: RecordingStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("storage.recordings.combine._write", full)
    monkeypatch.setattr("storage.recordings.losses.PAGE", 2)
    monkeypatch.setattr("storage.recordings.losses.MOST_AT_ONCE", 2)
    marks = {f"rd-{n}": RecordingRecord(f"rd-{n}-1@1001", later(29.99)) for n in range(8)}
    await write(db, *(a_call(call_id, recordings=(mark,)) for call_id, mark in marks.items()))
    for waiting in list(marks.values())[:5]:
        record(shelf, waiting.stem, 60.0)
    losses = [(await ingest(shelf, db, now=NOW)).lost for _ in range(3)]
    assert losses == [["rd-5-1@1001", "rd-6-1@1001"], ["rd-7-1@1001"], []]


@pytest.mark.parametrize("answered", [True, False])
async def test_a_call_that_we_placed_is_a_loss_only_if_somebody_answered(
    db: Database, shelf: RecordingStore, answered: bool
) -> None:
    """The recording is begun when the agent's phone is there, and the customer rings for a while."""
    leg = LegRecord(1, "1001", None, None, "", later(30), later(80), 0.0, 0, "hangup")
    mark = RecordingRecord("out-1-0@1001", later(5))
    legs = (leg,) if answered else ()
    await write(db, a_call("out-1", direction="outbound", stints=(), legs=legs, recordings=(mark,)))
    assert (await ingest(shelf, db, now=NOW)).lost == ([mark.stem] if answered else [])
    assert await rows(db) == ([("no_file", "1001", None, later(30), 0.0)] if answered else [])


async def test_a_mark_that_is_no_name_of_ours_is_left_out(db: Database, shelf: RecordingStore) -> None:
    marks = (RecordingRecord("../../x", later(1)), RecordingRecord("rd-2-1@1001", later(1)))
    await write(db, a_call(recordings=marks))
    assert await rows(db) == []
