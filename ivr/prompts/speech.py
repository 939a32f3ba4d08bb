"""The interface of text-to-speech engines."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class SpeechError(Exception):
    """The engine cannot speak; the message is a sentence for whoever sets Ringdesk up."""


@dataclass(frozen=True, slots=True)
class Speech:
    """Mono samples between -1 and 1, and how many of them make a second."""

    samples: NDArray[np.float32]
    rate: int


class SpeechEngine(Protocol):
    """Turns a sentence into sound. Not for use while a call waits."""

    def identity(self, language: str) -> str:
        """What besides the text decides the sound (engine, version, voice, speed); raises SpeechError."""

    def speak(self, text: str, language: str) -> Speech:
        """Raises SpeechError."""
