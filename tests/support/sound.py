"""What can be heard in a file that Asterisk recorded: how long it is, and for how long which tone.

And a file for it to play.
"""

import wave
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

_RATE = 8000
# One packet of the telephones in the tests; their tones are multiples of its 50 Hz.
_FRAME = 160
# Well below the tones of the telephones, well above what a codec makes of silence.
_LOUD = 1000


@dataclass(frozen=True, slots=True)
class Heard:
    """The sound of one side. `tones_s`: for how many seconds each tone (in Hz) is the loudest."""

    length_s: float
    tones_s: Mapping[int, float]

    def seconds_of(self, tone_hz: int) -> float:
        """For how long it is heard."""
        return self.tones_s.get(tone_hz, 0.0)

    @property
    def voiced_s(self) -> float:
        """How much is not silence."""
        return sum(self.tones_s.values())


def heard(path: Path, side: int = 0) -> Heard:
    """Reads one side of a file that is closed."""
    with wave.open(str(path)) as file:
        rate, sides = file.getframerate(), file.getnchannels()
        both = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").reshape(-1, sides)
    samples = both[:, side].astype(float)
    frames = samples[: len(samples) // _FRAME * _FRAME].reshape(-1, _FRAME)
    voiced = frames[np.abs(frames).max(axis=1, initial=0.0) > _LOUD]
    loudest = np.abs(np.fft.rfft(voiced, axis=1)).argmax(axis=1) * (rate // _FRAME)
    tones, counts = np.unique(loudest, return_counts=True)
    return Heard(
        len(samples) / rate, {int(t): int(c) * _FRAME / rate for t, c in zip(tones, counts, strict=True)}
    )


def write_tone(path: Path, tone_hz: int, *, seconds: float) -> None:
    """A file of one tone, as Asterisk plays it."""
    moments = np.arange(int(seconds * _RATE)) / _RATE
    samples = (8000 * np.sin(2 * np.pi * tone_hz * moments)).astype("<i2")
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, _RATE, 0, "NONE", ""))
        file.writeframes(samples.tobytes())
