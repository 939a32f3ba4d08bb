"""Text to speech by espeak-ng, from the library and voices that the package espeakng-loader carries."""

import ctypes
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import espeakng_loader
import numpy as np

from ivr.prompts.speech import Speech, SpeechError

_SYNCHRONOUS = 2  # AUDIO_OUTPUT_SYNCHRONOUS: espeak_Synth returns when all samples have been given
_DO_NOT_EXIT = 0x8000  # espeakINITIALIZE_DONT_EXIT: without it a missing voice file ends the process
_RATE_PARAMETER = 1
_BY_CHARACTER = 1
_UTF8 = 1
_LONGEST_DATA_PATH = 120
"""espeak-ng keeps its data's path in 160 bytes together with the names of the files below it."""

_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
_speaking = threading.Lock()


@dataclass(frozen=True, slots=True)
class _Library:
    """The library has one state for the whole process, so there is one of these."""

    functions: ctypes.CDLL
    rate: int
    version: str
    short_path: tempfile.TemporaryDirectory[str] | None


class EspeakEngine:
    """`voices` gives espeak-ng's voice for each language."""

    def __init__(self, voices: Mapping[str, str], words_per_minute: int) -> None:
        self._voices = dict(voices)
        self._words_per_minute = words_per_minute
        self._chunks: list[bytes] = []
        self._callback = _Callback(self._take)  # kept here: the library holds only its address

    def identity(self, language: str) -> str:
        """See SpeechEngine."""
        return f"espeak-ng {_library().version} {self._voice(language)} {self._words_per_minute}"

    def speak(self, text: str, language: str) -> Speech:
        """See SpeechEngine."""
        library, voice = _library(), self._voice(language)
        encoded = text.encode()
        with _speaking:
            self._chunks.clear()
            espeak = library.functions
            espeak.espeak_SetSynthCallback(self._callback)
            if espeak.espeak_SetVoiceByName(voice.encode()) != 0:
                raise SpeechError(f"espeak-ng has no voice {voice!r} for {language!r}.")
            espeak.espeak_SetParameter(_RATE_PARAMETER, self._words_per_minute, 0)
            failed = espeak.espeak_Synth(encoded, len(encoded) + 1, 0, _BY_CHARACTER, 0, _UTF8, None, None)
            samples = np.frombuffer(b"".join(self._chunks), dtype=np.int16)
        if failed or not samples.size:
            raise SpeechError(f"espeak-ng could not speak {text!r}.")
        return Speech(samples.astype(np.float32) / np.float32(32768), library.rate)

    def _voice(self, language: str) -> str:
        try:
            return self._voices[language]
        except KeyError:
            raise SpeechError(
                f"No voice is set for the language {language!r}; add it to ivr.voices."
            ) from None

    def _take(self, samples: "ctypes._Pointer[ctypes.c_short]", count: int, events: int | None) -> int:
        if samples and count > 0:
            self._chunks.append(ctypes.string_at(samples, count * 2))
        return 0


@cache
def _library() -> _Library:
    """Loaded once; raises SpeechError, and tries again the next time."""
    try:
        espeak = ctypes.CDLL(espeakng_loader.get_library_path())
        data = Path(espeakng_loader.get_data_path())
    except (OSError, RuntimeError) as error:
        raise SpeechError(f"espeak-ng cannot be loaded: {error}.") from None
    short_path = None
    if len(bytes(data)) > _LONGEST_DATA_PATH:
        short_path = tempfile.TemporaryDirectory(prefix="ringdesk-voices-")
        link = Path(short_path.name) / data.name
        link.symlink_to(data)
        data = link
    rate = espeak.espeak_Initialize(_SYNCHRONOUS, 0, bytes(data), _DO_NOT_EXIT)
    if rate <= 0:
        raise SpeechError(f"espeak-ng finds no voices in {data}.")
    espeak.espeak_Info.restype = ctypes.c_char_p
    version = (espeak.espeak_Info(None) or b"?").decode()
    return _Library(espeak, rate, version, short_path)
