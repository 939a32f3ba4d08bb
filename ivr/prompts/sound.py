"""Sound for the telephone: 8 kHz, one channel, one loudness for all prompts, as a WAV file with a note."""

import struct
import tempfile
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from ivr.prompts.speech import Speech

TELEPHONE_RATE = 8000
LOUDNESS_DB = -20.0
"""Level of the spoken parts, RMS below full scale: about that of Asterisk's own prompts."""
PEAK_DB = -2.0
_FRAME = TELEPHONE_RATE // 50
_SILENT_DB = -35.0
"""A frame this far below the loudest one is a pause and does not count for the loudness."""
_MARGIN = TELEPHONE_RATE // 10

_HEADER = struct.Struct("<4sI4s4sIHHIIHH")
_CHUNK = struct.Struct("<4sI")
_LONGEST_NOTE = 1024


def for_telephone(speech: Speech) -> NDArray[np.int16]:
    """Resampled, pauses at both ends cut to a tenth of a second, levelled."""
    samples = speech.samples
    if speech.rate != TELEPHONE_RATE:
        samples = soxr.resample(samples, speech.rate, TELEPHONE_RATE, quality="HQ")
    levels = _frame_levels(samples)
    spoken = np.flatnonzero(levels > levels.max(initial=0.0) * _ratio(_SILENT_DB))
    if not spoken.size:
        return np.zeros(0, np.int16)
    first = max(0, int(spoken[0]) * _FRAME - _MARGIN)
    last = min(len(samples), (int(spoken[-1]) + 1) * _FRAME + _MARGIN)
    loudness = float(np.sqrt(np.mean(np.square(levels[spoken]))))
    peak = float(np.abs(samples).max())
    gain = min(_ratio(LOUDNESS_DB) / loudness, _ratio(PEAK_DB) / peak)
    return np.round(samples[first:last] * gain * 32767).astype(np.int16)


def _frame_levels(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """RMS of each frame of 20 ms; a rest shorter than a frame is left out."""
    whole = samples[: len(samples) // _FRAME * _FRAME].astype(np.float64).reshape(-1, _FRAME)
    levels: NDArray[np.float64] = np.sqrt(np.mean(np.square(whole), axis=1))
    return levels


def _ratio(decibels: float) -> float:
    return float(10 ** (decibels / 20))


def write_wav(path: Path, samples: NDArray[np.int16], note: str) -> None:
    """Replaces the file in one step, so that Asterisk never plays half of one.

    The note stands before the sound: Asterisk plays whatever follows it.
    """
    comment = note.encode() + b"\0" * (1 + (len(note.encode()) + 1) % 2)
    info = b"INFO" + _CHUNK.pack(b"ICMT", len(comment)) + comment
    data = samples.astype("<i2").tobytes()
    size = _HEADER.size + 2 * _CHUNK.size + len(info) + len(data)
    header = _HEADER.pack(
        b"RIFF", size - 8, b"WAVE", b"fmt ", 16, 1, 1, TELEPHONE_RATE, TELEPHONE_RATE * 2, 2, 16
    )
    parts = (header, _CHUNK.pack(b"LIST", len(info)), info, _CHUNK.pack(b"data", len(data)), data)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.stem}.", delete=False) as file:
        made = Path(file.name)
    try:
        made.write_bytes(b"".join(parts))
        made.chmod(0o644)
        made.replace(path)
    except BaseException:
        made.unlink()
        raise


def note_in(path: Path) -> str | None:
    """The note that write_wav left; None when the file is someone else's, "" when there is no file."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEADER.size + 2 * _CHUNK.size + 4 + _LONGEST_NOTE)
    except FileNotFoundError:
        return ""
    name, size = _CHUNK.unpack_from(head, _HEADER.size) if len(head) >= _HEADER.size + 8 else (b"", 0)
    info = head[_HEADER.size + 8 : _HEADER.size + 8 + size]
    if name != b"LIST" or info[:8] != b"INFOICMT":
        return None
    return info[12:].rstrip(b"\0").decode("utf-8", "replace")
