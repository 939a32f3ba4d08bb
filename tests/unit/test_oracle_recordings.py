"""What the oracle says of recordings: it notices each way in which one can be amiss."""

import sqlite3
import wave
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from tests.support.oracle.files import CelRow, Records
from tests.support.oracle.recordings import recordings_amiss

CALL, PHONE = "ringdesk-1.0", "ringdesk-1.1"
LENGTH_S = 2.0


def row(kind: str, at: float, channel_id: str, extra: str = "") -> CelRow:
    return CelRow(kind, at, channel_id, CALL, CALL, "PJSIP/1001-1", "", "", "", "", {"extra": extra})


CONVERSATION = Records(
    (
        row("RD_CALL", 100.0, CALL),
        row("RD_RECORDING", 101.0, PHONE, f"{CALL}-1@1001"),
        row("BRIDGE_ENTER", 101.0, PHONE),
        row("BRIDGE_EXIT", 101.0 + LENGTH_S, PHONE),
    ),
    (),
    (),
)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "ringdesk.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recordings (id, call_id, agent, started_at, state, path)")
    return path


def keep(database: Path, *, agent: str = "1001", state: str = "stored") -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        values = (1, CALL, agent, "2026-11-27 08:00:00", state, "one.wav")
        connection.execute("INSERT INTO recordings VALUES (?, ?, ?, ?, ?, ?)", values)


def speak(store: Path, *, length_s: float = LENGTH_S, voice_s: float = LENGTH_S) -> None:
    """A stereo file: the caller says nothing, the agent hums for a while."""
    moments = np.arange(int(length_s * 8000)) / 8000
    agent = 8000 * np.sin(2 * np.pi * 600 * moments) * (moments < voice_s)
    both = np.column_stack([np.zeros_like(agent), agent]).astype("<i2")
    with wave.open(str(store / "one.wav"), "wb") as file:
        file.setparams((2, 2, 8000, 0, "NONE", ""))
        file.writeframes(both.tobytes())


def test_a_conversation_with_its_recording_is_right(tmp_path: Path, database: Path) -> None:
    keep(database)
    speak(tmp_path)
    assert recordings_amiss(CONVERSATION, database, tmp_path) == []


@pytest.mark.parametrize("state", ["no_sound", "expected"])
def test_a_conversation_without_sound_is_amiss(tmp_path: Path, database: Path, state: str) -> None:
    keep(database, state=state)
    assert len(recordings_amiss(CONVERSATION, database, tmp_path)) == 1


@pytest.mark.parametrize(("length_s", "voice_s"), [(1.0, 1.0), (LENGTH_S, 0.5)])
def test_a_recording_of_another_length_or_voice_is_amiss(
    tmp_path: Path, database: Path, length_s: float, voice_s: float
) -> None:
    keep(database)
    speak(tmp_path, length_s=length_s, voice_s=voice_s)
    assert recordings_amiss(CONVERSATION, database, tmp_path) != []


def test_what_a_telephone_did_not_say_is_not_asked_for(tmp_path: Path, database: Path) -> None:
    keep(database)
    speak(tmp_path, length_s=1.4, voice_s=1.4)
    twice = [(101.5, 102.1), (101.6, 102.1), (90.0, 99.0)]
    assert recordings_amiss(CONVERSATION, database, tmp_path, twice) == []
    assert recordings_amiss(CONVERSATION, database, tmp_path, [(101.5, 101.7)]) != []


def test_a_channel_that_outlives_its_conversation_is_told(tmp_path: Path, database: Path) -> None:
    keep(database)
    speak(tmp_path)
    late = Records((*CONVERSATION.cel, row("HANGUP", 103.0 + 14.7, PHONE)), (), ())
    assert recordings_amiss(late, database, tmp_path) == [
        f"{CALL}, 1001: its channel ended 14.70 s after the conversation"
    ]


def test_a_recording_of_somebody_else_or_of_nobody_is_amiss(tmp_path: Path, database: Path) -> None:
    assert len(recordings_amiss(CONVERSATION, database, tmp_path)) == 1
    keep(database, agent="1002")
    speak(tmp_path)
    assert len(recordings_amiss(CONVERSATION, database, tmp_path)) == 1
    nobody = Records(CONVERSATION.cel[:1], (), ())
    assert recordings_amiss(nobody, database, tmp_path) == [f"{CALL}: recorded, but nobody spoke"]
