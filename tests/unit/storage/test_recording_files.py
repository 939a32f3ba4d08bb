"""Recording files: names, the stereo file, and paths that lead nowhere else."""

import os
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from storage.recordings import PathRefused, RecordingStore
from storage.recordings.combine import FRAMES_AT_ONCE, CannotCombine, combine
from storage.recordings.names import RecordingName, parse, parse_stem
from storage.recordings.store import path_of, sha256_of
from tests.unit.storage.builders import NOON

RATE = 8000
ROOT = Path(__file__).parents[3]


def tone(path: Path, seconds: float, level: int, rate: int = RATE) -> Path:
    samples = np.full(round(seconds * rate), level, dtype=np.int16)
    soundfile.write(path, samples, rate, subtype="PCM_16")
    return path


@pytest.mark.parametrize(
    ("file_name", "name", "side"),
    [
        ("ringdesk-1763.12-1-caller.wav", RecordingName("ringdesk-1763.12", 1), "caller"),
        ("ringdesk-1763.12-2-agent.wav", RecordingName("ringdesk-1763.12", 2), "agent"),
        ("ringdesk-1763.12-1.3-agent.wav", RecordingName("ringdesk-1763.12", 1, 3), "agent"),
        ("rd-1763.12-1@1001-agent.wav", RecordingName("rd-1763.12", 1, 0, "1001"), "agent"),
        ("rd-1763.12-1.3@1001-caller.wav", RecordingName("rd-1763.12", 1, 3, "1001"), "caller"),
        ("out-0f3a-0-caller.wav", RecordingName("out-0f3a", 0), "caller"),
        ("1763.12-10-caller.wav", RecordingName("1763.12", 10), "caller"),
    ],
)
def test_names_tell_call_stint_part_and_side(file_name: str, name: RecordingName, side: str) -> None:
    found = parse(file_name)
    assert found == (name, side)
    assert found[0].agent == name.agent
    assert file_name == f"{name.stem}-{side}.wav"
    stem = parse_stem(name.stem)
    assert (stem, stem and stem.agent) == (name, name.agent)


@pytest.mark.parametrize(
    "file_name",
    [
        "",
        "x.wav",
        "rd-1.wav",
        "rd-1-caller.mp3",
        "../rd-1-1-caller.wav",
        "a/b-1-caller.wav",
        "..-1-caller.wav",
        "a..b-1-caller.wav",
        "-1-1-caller.wav",
        ".hidden-1-caller.wav",
        "rd-1-1-caller.wav\n",
        "rd-1-1-caller.wav.part",
        "rd-1-12345-caller.wav",
        "r d-1-caller.wav",
        "${x}-1-caller.wav",
        "rd-1-1-both.wav",
        "rd-1-1@-caller.wav",
        "rd-1-1@a/b-caller.wav",
        "rd-1-1@..-caller.wav",
        "rd-1-1@1001@1002-caller.wav",
        "x" * 200 + "-1-caller.wav",
    ],
)
def test_other_names_are_none_of_ours(file_name: str) -> None:
    assert parse(file_name) is None


def test_caller_is_left_and_agent_is_right(tmp_path: Path) -> None:
    sides = {
        "agent": tone(tmp_path / "a.wav", 20.0, -2000),
        "caller": tone(tmp_path / "c.wav", 20.5, 1000),
    }
    made = combine(sides, tmp_path / "out.wav")
    samples, rate = soundfile.read(tmp_path / "out.wav", dtype="int16", always_2d=True)
    assert made is not None
    assert len(samples) > FRAMES_AT_ONCE
    assert (rate, made.channels, made.length_s) == (RATE, 2, 20.5)
    assert set(samples[:, 0]) == {1000}
    assert set(samples[: 20 * RATE, 1]) == {-2000}
    assert set(samples[20 * RATE :, 1]) == {0}
    assert made.size == (tmp_path / "out.wav").stat().st_size
    assert made.sha256 == sha256_of(tmp_path / "out.wav")
    assert (tmp_path / "out.wav").stat().st_mode & 0o777 == 0o600


def test_the_same_sound_makes_the_same_file(tmp_path: Path) -> None:
    sides = {"caller": tone(tmp_path / "c.wav", 1.0, 5)}
    first, second = combine(sides, tmp_path / "1.wav"), combine(sides, tmp_path / "2.wav")
    assert first == second


def test_one_side_alone_leaves_the_other_silent(tmp_path: Path) -> None:
    combine({"agent": tone(tmp_path / "a.wav", 1.0, 7)}, tmp_path / "out.wav")
    samples, _ = soundfile.read(tmp_path / "out.wav", dtype="int16", always_2d=True)
    assert (set(samples[:, 0]), set(samples[:, 1])) == ({0}, {7})


def test_without_sound_there_is_no_file(tmp_path: Path) -> None:
    assert combine({"caller": tone(tmp_path / "c.wav", 0.0, 0)}, tmp_path / "out.wav") is None
    assert not (tmp_path / "out.wav").exists()


def test_a_file_that_a_dying_asterisk_left_open_is_read_to_its_end(tmp_path: Path) -> None:
    path = tone(tmp_path / "c.wav", 2.0, 9)
    content = bytearray(path.read_bytes())
    data = content.index(b"data")
    content[4:8] = content[data + 4 : data + 8] = struct.pack("<I", 0)
    path.write_bytes(content)
    made = combine({"caller": path}, tmp_path / "out.wav")
    assert made is not None
    assert made.length_s == 2.0


@pytest.mark.parametrize("content", [b"", b"RIFF", b"not a sound" * 100, b"RIFF\0\0\0\0WAVEfmt "])
def test_what_is_no_sound_is_refused_and_leaves_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "c.wav").write_bytes(content)
    with pytest.raises(CannotCombine):
        combine({"caller": tmp_path / "c.wav"}, tmp_path / "out.wav")
    assert not (tmp_path / "out.wav").exists()


def test_sides_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    sides = {
        "caller": tone(tmp_path / "c.wav", 1.0, 1),
        "agent": tone(tmp_path / "a.wav", 1.0, 1, rate=16000),
    }
    with pytest.raises(CannotCombine, match="sample rates"):
        combine(sides, tmp_path / "out.wav")
    stereo = tmp_path / "s.wav"
    soundfile.write(stereo, np.zeros((10, 2), dtype=np.int16), RATE)
    with pytest.raises(CannotCombine, match="channels"):
        combine({"caller": stereo}, tmp_path / "out.wav")


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    secret = tone(tmp_path / "secret.wav", 1.0, 1)
    (tmp_path / "c.wav").symlink_to(secret)
    with pytest.raises(OSError, match="symbolic link"):
        combine({"caller": tmp_path / "c.wav"}, tmp_path / "out.wav")


def test_a_recording_lies_in_the_folder_of_its_day(tmp_path: Path) -> None:
    store = RecordingStore(tmp_path)
    path = path_of(RecordingName("rd-1.2", 1, 2), NOON)
    assert path == "2026/03/01/rd-1.2-1.2.wav"
    assert store.locate(path) == tmp_path / "2026/03/01/rd-1.2-1.2.wav"


@pytest.mark.parametrize(
    "path",
    [
        "",
        ".",
        "/etc/passwd",
        "../x.wav",
        "2026/../../x.wav",
        "2026/03/01/../../../../x",
        "incoming/rd-1-1-caller.wav",
        "a\0b",
        "..",
    ],
)
def test_a_path_that_leads_elsewhere_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(PathRefused):
        RecordingStore(tmp_path).locate(path)


def test_a_link_out_of_the_store_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "store"
    root.mkdir()
    os.symlink(tmp_path, root / "2026")
    with pytest.raises(PathRefused):
        RecordingStore(root).locate("2026/x.wav")


@given(st.text(max_size=40))
def test_whatever_the_path_is_it_stays_in_the_store(path: str) -> None:
    root = Path("/tmp/ringdesk-store")
    try:
        located = RecordingStore(root).locate(path)
    except (PathRefused, OSError):
        return
    assert located.resolve().is_relative_to(root.resolve())


FULL_DISK = """
import errno, resource, signal, sys
from pathlib import Path
from storage.recordings.combine import combine
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
source, target = Path(sys.argv[1]), Path(sys.argv[2])
try:
    combine({"caller": source}, target)
except OSError as error:
    assert error.errno == errno.EFBIG, error
    assert not target.exists()
    sys.exit(0)
sys.exit("the limit did not strike")
"""


def test_a_disk_that_fills_up_is_told_and_leaves_no_half_file(tmp_path: Path) -> None:
    source = tone(tmp_path / "c.wav", 10.0, 1)
    command = [sys.executable, "-c", FULL_DISK, str(source), str(tmp_path / "out.wav")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
