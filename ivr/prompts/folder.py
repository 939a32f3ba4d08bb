"""The folder of prompts: `<language>/<name>.wav`, made when missing or outdated, people's recordings kept."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ivr.flow.effects import Prompt
from ivr.flow.flow import Flow
from ivr.prompts.sound import for_telephone, note_in, write_wav
from ivr.prompts.speech import SpeechEngine

Progress = Callable[[int, int, str], None]
"""Called after each prompt: how many are done, of how many, and the name of this one."""

_NOTE = "ringdesk "
_SOUND_VERSION = 1
"""Raised when the same speech would be written differently, so that every file is made again."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What `prepare` did: prompts made, those that were up to date, and recordings by people left alone."""

    made: int
    current: int
    recorded: int


class PromptFolder:
    """Where Asterisk finds the prompts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, prompt: Prompt) -> Path:
        """The sound file of a prompt."""
        return self._folder / prompt.language / f"{prompt.name}.wav"

    def has(self, prompt: Prompt) -> bool:
        """Whether it is there now."""
        return self.path(prompt).is_file()


@dataclass(frozen=True, slots=True)
class _Sound:
    """A prompt that was spoken and is to be written."""

    path: Path
    samples: NDArray[np.int16]
    note: str

    def write(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        write_wav(self.path, self.samples, self.note)


def prepare(
    flows: Iterable[Flow],
    folder: Path,
    engine: SpeechEngine,
    progress: Progress | None = None,
    *,
    also: Mapping[Prompt, str] = MappingProxyType({}),
) -> Prepared:
    """Make every prompt of the flows, and `also` these, that is missing or whose words or voice changed.

    Each is written as soon as it is spoken. Raises SpeechError, or OSError when the folder cannot be written.
    """
    texts = dict(also)
    for flow in flows:
        texts.update(flow.texts())
    prompts = PromptFolder(folder)
    counts = {"made": 0, "current": 0, "recorded": 0}
    for done, (prompt, text) in enumerate(texts.items(), 1):
        outcome = _spoken(prompts.path(prompt), prompt, text, engine)
        if isinstance(outcome, _Sound):
            outcome.write()
            outcome = "made"
        counts[outcome] += 1
        if progress:
            progress(done, len(texts), f"{prompt.language}/{prompt.name}")
    return Prepared(**counts)


def speaker(folder: Path, engine: SpeechEngine) -> Callable[[Flow], None]:
    """What makes the prompts of one changed flow, all of them or, when one cannot be spoken, none.

    The version before it goes on playing the files of the same names.
    """

    def speak(flow: Flow) -> None:
        prompts = PromptFolder(folder)
        outcomes = [_spoken(prompts.path(p), p, text, engine) for p, text in flow.texts().items()]
        for outcome in outcomes:
            if isinstance(outcome, _Sound):
                outcome.write()

    return speak


def _spoken(path: Path, prompt: Prompt, text: str, engine: SpeechEngine) -> _Sound | str:
    """A file without our note was put there by someone and is better than any synthesis."""
    found = note_in(path)
    if found is None or (found and not found.startswith(_NOTE)):
        return "recorded"
    content = f"{_SOUND_VERSION}\n{engine.identity(prompt.language)}\n{text}"
    note = _NOTE + hashlib.sha256(content.encode()).hexdigest()
    if found == note:
        return "current"
    return _Sound(path, for_telephone(engine.speak(text, prompt.language)), note)
