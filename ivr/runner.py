"""Runs a flow on a telephone channel: effects become AGI commands, keys and hang-ups become inputs."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol

import structlog
from asterisk.agi import AGIAppError, AGIHangup

from ivr.agi.call import ALL_KEYS, AgiCall
from ivr.counters import Counters
from ivr.flow.caller import MAX_TYPED_AHEAD
from ivr.flow.effects import (
    Began,
    Collect,
    Effect,
    EnterQueue,
    FallBack,
    HangUp,
    Heard,
    Input,
    MarkStep,
    Play,
    Prompt,
    SetLanguage,
)
from ivr.flow.engine import Walk
from ivr.flow.flow import Flow
from ivr.flow_store import FlowStore
from ivr.hotlines import HotlineEntry

log = structlog.get_logger(__name__)

SCRIPT_NAME = "hotline"
NO_WAIT_S = 0.01
"""After prompts that nothing is asked in: the least that Asterisk does not take for its own default."""
SOUNDS = "ringdesk"
"""The folder of Asterisk's sounds in which ours lie, one folder a language."""
_CALL_ID = re.compile(r"^[A-Za-z0-9_.-]{1,128}$")


class PromptShelf(Protocol):
    """Knows which prompts have a sound file."""

    def has(self, prompt: Prompt) -> bool:
        """Whether Asterisk can play it."""


def utc_now() -> datetime:
    """The clock of real calls."""
    return datetime.now(UTC)


class FlowRunner:
    """The script of the FastAGI server: one hotline call from its environment to RD_RESULT.

    RD_RESULT is set last and only for an end of the flow's own: whatever fails before it (this process
    included) leaves the caller to the dialplan, which takes the hotline's fallback queue.
    """

    def __init__(
        self,
        flows: FlowStore,
        hotlines: Callable[[], Mapping[str, HotlineEntry]],
        shelf: PromptShelf,
        counters: Counters,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        """`hotlines`, by number, are in memory: calls do not wait for a database."""
        self._flows = flows
        self._hotlines = hotlines
        self._shelf = shelf
        self._counters = counters
        self._now = now

    def __call__(self, call: AgiCall) -> None:
        number = call.env.get("agi_extension", "")
        call_id = call.env.get("agi_uniqueid", "")
        if call.env.get("agi_network_script") != SCRIPT_NAME or not _CALL_ID.match(call_id):
            self._fall_back(number, "not a call of ours")
            return
        entry = self._hotlines().get(number)
        flow = self._flows.get(entry.flow) if entry else None
        if entry is None or flow is None:
            self._fall_back(number, "no hotline of this number" if entry is None else f"no flow {entry.flow}")
            return
        reason = _Performance(call, call_id, self._shelf, self._counters, self._now).run(flow, entry.language)
        if reason is not None:
            self._fall_back(number, reason)

    def _fall_back(self, number: str, reason: str) -> None:
        self._counters.fallbacks += 1
        log.warning("caller goes to the fallback queue", hotline=number, reason=reason)


class _Performance:
    """One caller's walk, performed on one channel."""

    def __init__(
        self,
        call: AgiCall,
        call_id: str,
        shelf: PromptShelf,
        counters: Counters,
        now: Callable[[], datetime],
    ) -> None:
        self._call = call
        self._call_id = call_id
        self._shelf = shelf
        self._counters = counters
        self._now = now
        self._place = ""

    def run(self, flow: Flow, language: str) -> str | None:
        """Walk to the end; the reason if that is the fallback queue. AGIHangup when the caller goes."""
        walk = Walk(flow, language)
        given: Input = Began(self._now())
        while True:
            heard = ""
            for effect in walk.resume(given):
                if isinstance(effect, FallBack):
                    self._call.set_variable("RD_AT", "")  # the step has been marked
                    return effect.reason
                if isinstance(effect, Play | Collect):
                    self._note_place(walk.place())
                heard = self._perform(effect)
            if walk.ended:
                return None
            given = Heard(self._now(), heard)

    def _perform(self, effect: Effect) -> str:
        """Carry one effect out; the keys heard, if it was a wait."""
        match effect:
            case Play(prompts, barge_in=True):
                return self._listen(prompts, 1, NO_WAIT_S)
            case Play(prompts):
                return self._speak_whole(prompts)
            case Collect(prompts, max_digits, timeout_s):
                return self._listen(prompts, max_digits, timeout_s)
            case SetLanguage(language):
                self._call.set_variable("CHANNEL(language)", language)
                self._call.set_variable("RD_LANG", language)
            case MarkStep():
                self._mark(effect)
            case EnterQueue(queue, priority):
                self._call.set_variable("RD_QUEUE", queue)
                self._call.set_variable("RD_PRIORITY", priority)
                self._call.set_variable("RD_RESULT", "queue")
            case HangUp():
                self._call.set_variable("RD_RESULT", "hangup")
        return ""

    def _listen(self, prompts: Sequence[Prompt], max_digits: int, timeout_s: float) -> str:
        """Prompts that any key ends, and a wait after them."""
        sounds = [_sound(prompt) for prompt in self._present(prompts)]
        try:
            return self._call.ask(sounds, timeout_s, max_digits)
        except AGIHangup:
            raise
        except AGIAppError:
            log.error("prompts cannot be played", sounds=sounds, call=self._call_id)
            self._counters.missing_prompts += 1
            return self._call.ask((), timeout_s, max_digits)

    def _speak_whole(self, prompts: Sequence[Prompt]) -> str:
        """Prompts that no key ends: it stops them for an instant only and is kept."""
        keys = ""
        for prompt in self._present(prompts):
            keys += self._speak(prompt, MAX_TYPED_AHEAD - len(keys))
        return keys

    def _speak(self, prompt: Prompt, room: int) -> str:
        keys, sample = "", 0
        while True:
            try:
                played = self._call.play(_sound(prompt), ALL_KEYS if len(keys) < room else "", sample)
            except AGIHangup:
                raise
            except AGIAppError:
                self._missing(prompt)
                return keys
            keys += played.key
            if not played.key:
                return keys
            sample = played.end

    def _present(self, prompts: Sequence[Prompt]) -> list[Prompt]:
        """Those with a sound; the others are left out, which is better than a caller who is lost."""
        present = []
        for prompt in prompts:
            if self._shelf.has(prompt):
                present.append(prompt)
            else:
                self._missing(prompt)
        return present

    def _missing(self, prompt: Prompt) -> None:
        self._counters.missing_prompts += 1
        log.error("prompt is missing", prompt=prompt.name, language=prompt.language, call=self._call_id)

    def _mark(self, mark: MarkStep) -> None:
        fields = (
            f"Step: {mark.step},Kind: {mark.kind},Exit: {mark.exit},Keys: {mark.keys},Lang: {mark.language}"
        )
        self._call.appexec("UserEvent", f"RingdeskStep,RD_CALL: {self._call_id},{fields}")
        self._call.appexec("CELGenUserEvent", "RD_STEP," + "|".join(_parts(mark)))

    def _note_place(self, place: MarkStep) -> None:
        """Where the caller is, for the dialplan to mark if they hang up: AGI ends with the channel."""
        value = f"{place.step},{place.kind},{place.keys},{place.language}"
        if value != self._place:
            self._call.set_variable("RD_AT", value)
            self._place = value


def _parts(mark: MarkStep) -> tuple[str, ...]:
    return mark.step, mark.kind, mark.exit, mark.keys, mark.language


def _sound(prompt: Prompt) -> str:
    return f"{SOUNDS}/{prompt.language}/{prompt.name}"
