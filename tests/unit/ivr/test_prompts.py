"""Prompts: made once by content, for the telephone, replaced in one step, recordings by people kept."""

import ctypes
import errno
import os
import wave
from collections.abc import Iterator
from pathlib import Path

import espeakng_loader
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.effects import Prompt
from ivr.prompts import Prepared, PromptFolder, prepare, speaker
from ivr.prompts import espeak as espeak_module
from ivr.prompts import sound as sound_module
from ivr.prompts.espeak import EspeakEngine
from ivr.prompts.sound import TELEPHONE_RATE, for_telephone, note_in, write_wav
from ivr.prompts.speech import Speech, SpeechError
from tests.support.flows import SMALL, flow_from

SORRY = {Prompt("queue_sorry", "zh"): "很抱歉。"}
COUNT = 14


class Humming:
    """An engine that hums, and remembers what it was asked to say."""

    def __init__(self, voice: str = "hum") -> None:
        self.voice = voice
        self.said: list[str] = []

    def identity(self, language: str) -> str:
        return f"{self.voice} {language}"

    def speak(self, text: str, language: str) -> Speech:
        self.said.append(text)
        return Speech(np.sin(np.arange(11025, dtype=np.float32) / 8) * np.float32(0.1), 22050)


def test_every_prompt_of_the_flows_and_of_others_is_made_where_asterisk_looks(tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    result = prepare([flow_from(SMALL)], tmp_path, Humming(), lambda *step: told.append(step), also=SORRY)
    assert result == Prepared(made=COUNT + 1, current=0, recorded=0)
    for name in ("zh/small-ask", "en/small-ask", "zh/queue_sorry"):
        assert (tmp_path / f"{name}.wav").is_file()
    assert [step[:2] for step in told] == [(done, COUNT + 1) for done in range(1, COUNT + 2)]
    assert "zh/small-ask" in [step[2] for step in told]


def test_a_second_run_makes_nothing(tmp_path: Path) -> None:
    prepare([flow_from(SMALL)], tmp_path, Humming())
    engine = Humming()
    assert prepare([flow_from(SMALL)], tmp_path, engine) == Prepared(made=0, current=COUNT, recorded=0)
    assert engine.said == []


def test_changed_words_are_made_again_and_nothing_else(tmp_path: Path) -> None:
    prepare([flow_from(SMALL)], tmp_path, Humming())
    engine = Humming()
    prepare([flow_from(SMALL.replace("zh: 请按键", "zh: 请按一个键"))], tmp_path, engine)
    assert engine.said == ["请按一个键"]


class Failing(Humming):
    """An engine that cannot say one text."""

    def speak(self, text: str, language: str) -> Speech:
        if text == "请按一个键":
            raise SpeechError("cannot say this")
        return super().speak(text, language)


def test_a_changed_flow_is_spoken_whole_or_not_at_all(tmp_path: Path) -> None:
    prepare([flow_from(SMALL)], tmp_path, Humming())
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.wav")}
    changed = flow_from(SMALL.replace("zh: 请按键", "zh: 请按一个键"))
    # Another voice, so that every file would be made again.
    with pytest.raises(SpeechError):
        speaker(tmp_path, Failing("alto"))(changed)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.wav")} == before
    speaker(tmp_path, Humming("alto"))(changed)
    assert all(path.read_bytes() != old for path, old in before.items())


def test_another_voice_makes_everything_again(tmp_path: Path) -> None:
    prepare([flow_from(SMALL)], tmp_path, Humming())
    assert prepare([flow_from(SMALL)], tmp_path, Humming("alto")).made == COUNT


def test_a_recording_by_a_person_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "zh" / "small-ask.wav"
    file.parent.mkdir()
    with wave.open(str(file), "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(2)
        recording.setframerate(TELEPHONE_RATE)
        recording.writeframes(b"\1\2" * 800)
    before = file.read_bytes()
    assert prepare([flow_from(SMALL)], tmp_path, Humming()).recorded == 1
    assert file.read_bytes() == before


def test_a_truncated_file_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "small-ask.wav").write_bytes(b"RI")
    assert prepare([flow_from(SMALL)], tmp_path, Humming()) == Prepared(COUNT - 1, 0, 1)


def test_the_folder_knows_what_asterisk_can_play(tmp_path: Path) -> None:
    folder = PromptFolder(tmp_path)
    assert not folder.has(Prompt("queue_sorry", "zh"))
    prepare([], tmp_path, Humming(), also=SORRY)
    assert folder.has(Prompt("queue_sorry", "zh"))


def test_the_file_is_a_plain_telephone_wav_and_its_note_is_no_sound(tmp_path: Path) -> None:
    samples = np.arange(-400, 400, dtype=np.int16)
    write_wav(tmp_path / "a.wav", samples, "a note")
    with wave.open(str(tmp_path / "a.wav")) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8000)
        assert file.readframes(10_000) == samples.tobytes()
    assert (tmp_path / "a.wav").read_bytes().endswith(samples.tobytes())
    assert note_in(tmp_path / "a.wav") == "a note"
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"]


def test_a_file_that_cannot_be_written_leaves_the_old_one_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_wav(tmp_path / "a.wav", np.zeros(10, np.int16), "old")

    def full(source: object, target: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        write_wav(tmp_path / "a.wav", np.zeros(20, np.int16), "new")
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"]
    assert note_in(tmp_path / "a.wav") == "old"


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=100))
def test_a_note_comes_back(tmp_path_factory: pytest.TempPathFactory, note: str) -> None:
    path = tmp_path_factory.mktemp("note") / "a.wav"
    write_wav(path, np.zeros(10, np.int16), note)
    assert note_in(path) == note
    with wave.open(str(path)) as file:
        assert file.getnframes() == 10


@pytest.mark.parametrize("level", [0.001, 0.02, 0.9])
def test_all_speech_becomes_equally_loud_without_clipping(level: float) -> None:
    time = np.arange(22050, dtype=np.float32) / 22050
    voice = (np.sin(2 * np.pi * 440 * time) * level).astype(np.float32)
    samples = for_telephone(Speech(voice, 22050)).astype(np.float64) / 32768
    loudness = 20 * np.log10(np.sqrt(np.mean(samples[1000:-1000] ** 2)))
    assert abs(loudness - sound_module.LOUDNESS_DB) < 1
    assert np.abs(samples).max() < 1


def test_silence_at_both_ends_is_cut_and_the_tone_stays() -> None:
    tone = np.sin(np.arange(8000, dtype=np.float32) * 0.3).astype(np.float32)
    quiet = np.zeros(8000, np.float32)
    samples = for_telephone(Speech(np.concatenate([quiet, tone, quiet]), 8000))
    assert abs(len(samples) - (8000 + 2 * 800)) <= 320


def test_speech_that_is_all_silence_is_an_empty_sound() -> None:
    assert for_telephone(Speech(np.zeros(100, np.float32), 8000)).size == 0
    assert for_telephone(Speech(np.zeros(0, np.float32), 22050)).size == 0


# ---- the real engine


@pytest.fixture(scope="module")
def espeak() -> EspeakEngine:
    return EspeakEngine({"zh": "cmn", "en": "en-us", "xx": "no-such-voice"}, 160)


@pytest.mark.parametrize(("language", "text"), [("zh", "投诉，请按 2。"), ("en", "For complaints, press 2.")])
def test_espeak_speaks_both_languages(espeak: EspeakEngine, language: str, text: str) -> None:
    samples = for_telephone(espeak.speak(text, language))
    assert 0.8 < len(samples) / TELEPHONE_RATE < 6
    assert np.sqrt(np.mean(samples.astype(float) ** 2)) > 1000


@pytest.fixture
def fresh_library() -> Iterator[None]:
    """The library is loaded once a process; this test and the next load it anew."""
    espeak_module._library.cache_clear()
    yield
    espeak_module._library.cache_clear()


def test_espeak_finds_its_voices_in_a_folder_with_a_long_name(
    monkeypatch: pytest.MonkeyPatch, fresh_library: None
) -> None:
    """It keeps their path in 160 bytes; a clone may lie deeper than that."""
    given: list[bytes] = []
    real = ctypes.CDLL(espeakng_loader.get_library_path())

    class Library:
        def __getattr__(self, name: str) -> object:
            return getattr(real, name)

        def espeak_Initialize(self, output: int, length: int, path: bytes, options: int) -> object:
            given.append(path)
            return real.espeak_Initialize(output, length, path, options)

    monkeypatch.setattr(espeak_module, "_LONGEST_DATA_PATH", 10)
    monkeypatch.setattr(ctypes, "CDLL", lambda path: Library())
    speech = EspeakEngine({"en": "en-us"}, 160).speak("Hello", "en")
    assert speech.samples.size
    assert b"ringdesk-voices-" in given[0]


def test_espeak_says_other_words_otherwise(espeak: EspeakEngine) -> None:
    one, two = espeak.speak("请按 1。", "zh"), espeak.speak("人工服务请按 0。", "zh")
    assert len(one.samples) < len(two.samples)


def test_espeak_tells_what_it_cannot_do(espeak: EspeakEngine) -> None:
    with pytest.raises(SpeechError, match="no voice 'no-such-voice'"):
        espeak.speak("x", "xx")
    with pytest.raises(SpeechError, match=r"ivr\.voices"):
        espeak.speak("x", "fr")


def test_espeaks_identity_tells_version_voice_and_speed(espeak: EspeakEngine) -> None:
    assert espeak.identity("zh") != espeak.identity("en")
    assert espeak.identity("zh").startswith("espeak-ng 1.")
    assert espeak.identity("zh") != EspeakEngine({"zh": "cmn"}, 161).identity("zh")
