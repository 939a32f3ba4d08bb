"""Makes one stereo file, caller left and agent right, out of the two that Asterisk wrote."""

import os
import wave
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from storage.recordings.names import SIDES
from storage.recordings.store import sha256_of, sync_folder

FRAMES_AT_ONCE = 1 << 16
_SAMPLE_BYTES = 2
# Asterisk's own header has 44 bytes.
_HEADER_BYTES = 512


class CannotCombine(ValueError):
    """What Asterisk wrote is no sound that can be read; the text says why."""


@dataclass(frozen=True, slots=True)
class StereoFile:
    """A finished stereo file; `size` in bytes."""

    length_s: float
    size: int
    sha256: str
    channels: int = 2


@dataclass(frozen=True, slots=True)
class _Side:
    """One voice, opened at its first sample."""

    file: soundfile.SoundFile
    rate: int
    frames: int


def combine(sides: Mapping[str, Path], target: Path) -> StereoFile | None:
    """Write the stereo file at `target`, through to the disk; None, and no file, when there is no sound.

    A side that is missing or shorter is filled with silence. Raises CannotCombine for files that are no sound
    and OSError for a disk that cannot take it; then nothing is left at `target`.
    """
    with ExitStack() as opened:
        sounds = {name: _open(path, opened) for name, path in sides.items()}
        rates = {sound.rate for sound in sounds.values()}
        if len(rates) != 1:
            raise CannotCombine(f"the two sides have different sample rates: {sorted(rates)}")
        frames = max(sound.frames for sound in sounds.values())
        if frames == 0:
            return None
        (rate,) = rates
        try:
            _write(target, rate, frames, _interleaved(sounds, frames))
        except BaseException:
            target.unlink(missing_ok=True)
            raise
    return StereoFile(frames / rate, target.stat().st_size, sha256_of(target))


def _open(path: Path, opened: ExitStack) -> _Side:
    # Not through a link: whoever can write into the folder must not have other files read.
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    opened.callback(os.close, handle)
    try:
        sound = opened.enter_context(soundfile.SoundFile(handle, closefd=False))
        unfinished = sound.frames == 0
        side = _open_unfinished(handle, sound.samplerate, opened) if unfinished else None
    except (soundfile.SoundFileError, ValueError) as error:
        raise CannotCombine(f"{path.name} is no sound file") from error
    if sound.channels != 1:
        raise CannotCombine(f"{path.name} has {sound.channels} channels instead of one")
    return side or _Side(sound, sound.samplerate, sound.frames)


def _open_unfinished(handle: int, rate: int, opened: ExitStack) -> _Side:
    """Asterisk writes the length into a file when it closes it; one that died leaves it at 0."""
    start = os.pread(handle, _HEADER_BYTES, 0).index(b"data") + 8
    raw = opened.enter_context(_raw(handle, rate))
    raw.seek(start // _SAMPLE_BYTES)
    return _Side(raw, rate, (os.fstat(handle).st_size - start) // _SAMPLE_BYTES)


def _raw(handle: int, rate: int) -> soundfile.SoundFile:
    os.lseek(handle, 0, os.SEEK_SET)
    return soundfile.SoundFile(
        handle, samplerate=rate, channels=1, format="RAW", subtype="PCM_16", endian="LITTLE", closefd=False
    )


def _interleaved(sounds: Mapping[str, _Side], frames: int) -> Iterator[bytes]:
    for start in range(0, frames, FRAMES_AT_ONCE):
        count = min(FRAMES_AT_ONCE, frames - start)
        stereo = np.zeros((count, len(SIDES)), dtype="<i2")
        for channel, side in enumerate(SIDES):
            if side in sounds:
                block = sounds[side].file.read(count, dtype="int16")
                stereo[: len(block), channel] = block
        yield stereo.tobytes()


def _write(target: Path, rate: int, frames: int, blocks: Iterator[bytes]) -> None:
    # Python's own writer says when the disk is full; the length is known, so the header is right at once.
    with target.open("wb") as file:
        os.fchmod(file.fileno(), 0o600)
        with wave.open(file, "wb") as sound:
            sound.setparams((len(SIDES), _SAMPLE_BYTES, rate, frames, "NONE", ""))
            for block in blocks:
                sound.writeframesraw(block)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(target.parent)
