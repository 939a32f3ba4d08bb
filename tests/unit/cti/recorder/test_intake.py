"""The alarm of a lost recording: raised with the day's number, and taken back when it is none any more."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import soundfile

from cti.domain.events import Event, RecordingsLost
from cti.recorder.intake import RecordingIntake
from storage.database import Database
from storage.recordings import RecordingStore
from storage.records import RecordingRecord
from storage.repositories.journal import Journal
from tests.unit.storage.builders import a_call, later

MARK = RecordingRecord("rd-1-1@1001", later(29.99))


class Office:
    """An intake with a clock that the test moves, and what it told the floor."""

    def __init__(self, db: Database, folder: Path) -> None:
        self.now = later(600)
        self.told: list[Event] = []
        self.store = RecordingStore(folder)
        self.store.incoming.mkdir(parents=True)
        self.intake = RecordingIntake(self.store, db, self.told.append, self.clock)

    def clock(self) -> datetime:
        """This moment."""
        return self.now

    @property
    def counts(self) -> list[int]:
        """The numbers told so far."""
        return [event.count for event in self.told if isinstance(event, RecordingsLost)]


@pytest.fixture
async def office(db: Database, tmp_path: Path) -> Office:
    async with db.transaction() as session:
        await Journal(session).write_calls([a_call(recordings=(MARK,))])
    return Office(db, tmp_path / "recordings")


async def test_a_loss_is_told_once_and_forgotten_after_a_day(office: Office) -> None:
    await office.intake.look()
    await office.intake.look()
    assert office.counts == [1]
    assert office.intake.trouble == "recordings lost in the last 24 hours: 1, see the history"
    office.now += timedelta(hours=24)
    await office.intake.look()
    assert office.counts == [1, 0]
    assert office.intake.trouble is None


async def test_a_loss_of_before_the_start_is_told_at_the_start(
    office: Office, db: Database, tmp_path: Path
) -> None:
    await office.intake.look()
    again = Office(db, tmp_path / "again")
    await again.intake.look()
    assert again.counts == [1]


async def test_a_loss_that_is_made_good_is_taken_back(office: Office) -> None:
    await office.intake.look()
    for side in ("caller", "agent"):
        path = office.store.incoming / f"{MARK.stem}-{side}.wav"
        soundfile.write(path, np.full(8000, 100, dtype=np.int16), 8000)
        os.utime(path, (later(90).timestamp(), later(90).timestamp()))
    await office.intake.look()
    assert (office.counts, office.intake.trouble) == ([1, 0], None)


async def test_a_file_that_cannot_be_stored_now_is_a_trouble_and_no_loss(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("storage.recordings.combine._write", full)
    path = office.store.incoming / f"{MARK.stem}-caller.wav"
    soundfile.write(path, np.full(8000, 100, dtype=np.int16), 8000)
    os.utime(path, (later(90).timestamp(), later(90).timestamp()))
    await office.intake.look()
    assert (office.counts, office.intake.trouble) == ([], f"{MARK.stem} is not stored: the disk is full")
