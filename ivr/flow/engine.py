"""One caller's walk through one flow: each input yields effects up to the next wait, and every walk ends."""

from collections.abc import Generator, Iterable
from datetime import datetime
from typing import TypeVar

from ivr.flow.document import (
    KEYS,
    NO_INPUT,
    WRONG_KEY,
    GoodbyeStep,
    HoursStep,
    LanguageStep,
    MenuStep,
    QueueStep,
    SayStep,
    Step,
)
from ivr.flow.effects import (
    Collect,
    Effect,
    End,
    EnterQueue,
    FallBack,
    HangUp,
    Heard,
    HungUp,
    Input,
    MarkStep,
    Play,
    Prompt,
    SetLanguage,
    Wait,
)
from ivr.flow.flow import Flow

MAX_TYPED_AHEAD = 8
MAX_KEYS_IN_MARK = 16
HANGUP_EXIT, LIMIT_EXIT = "hangup", "limit"

_Result = TypeVar("_Result")
_Script = Generator[None, Input, _Result]
"""Yields at each wait and is sent the answer; what it asks for stands in the effects already."""


class Walk:
    """Not thread-safe; `resume` never raises for a flow that the checker passes, whatever the input."""

    def __init__(self, flow: Flow, language: str) -> None:
        self._flow = flow
        self._document = flow.document
        self.language = language if language in flow.document.languages else flow.document.languages[0]
        self._step = flow.document.start
        self._ahead = ""  # keys pressed before anything asked for them
        self._keys = ""  # keys used in the current step
        self._effects: list[Effect] = []
        self._ended = False
        self._now: datetime  # of the latest input; set before the script first runs
        self._script: _Script[None] | None = None

    @property
    def ended(self) -> bool:
        """Whether the last effects were the end of the flow."""
        return self._ended

    def resume(self, given: Input) -> tuple[Effect, ...]:
        """Effects up to the next wait or the end: at most one Wait or End among them, and it is the last."""
        if self._ended:
            return ()
        self._now = given.at
        if isinstance(given, HungUp):
            self._mark(HANGUP_EXIT)
            self._ended = True
        else:
            self._go_on(given)
        effects, self._effects = tuple(self._effects), []
        return effects

    def place(self) -> MarkStep:
        """The mark that a hang-up would leave now."""
        return self._mark_of(HANGUP_EXIT)

    def _go_on(self, given: Input) -> None:
        try:
            if self._script is None:
                self._script = self._walk()
                next(self._script)
            else:
                self._script.send(given)
        except StopIteration:
            self._ended = True

    def _walk(self) -> _Script[None]:
        self._effects.append(SetLanguage(self.language))
        for _ in range(self._document.max_steps):
            exit_name, end = yield from self._take(self._document.steps[self._step])
            self._mark(exit_name)
            if end is not None:
                self._effects.append(end)
                return
            self._step = self._document.steps[self._step].targets()[exit_name]
        self._mark(LIMIT_EXIT)
        self._effects.append(FallBack("step limit reached"))

    def _take(self, step: Step) -> _Script[tuple[str, End | None]]:
        """Take one step: its exit, and for the last step the end of the flow."""
        match step:
            case SayStep():
                return (yield from self._say(step)), None
            case MenuStep():
                return (yield from self._menu(step)), None
            case HoursStep():
                return ("open" if step.weekly.open_at(self._now, self._document.timezone) else "closed"), None
            case LanguageStep():
                return (yield from self._choose_language(step)), None
            case QueueStep():
                yield from self._speak(step.prompts, barge_in=False)
                return "queued", EnterQueue(step.queue, step.priority)
            case GoodbyeStep():
                yield from self._speak(step.prompts, barge_in=False)
                return "ended", HangUp()

    def _say(self, step: SayStep) -> _Script[str]:
        yield from self._speak(step.prompts, barge_in=step.barge_in)
        return "done"

    def _menu(self, step: MenuStep) -> _Script[str]:
        mistake: tuple[str, ...] = ()
        outcome = NO_INPUT
        for _ in range(step.tries):
            key = yield from self._ask((*mistake, *step.prompts), step.timeout_s, barge_in=step.barge_in)
            if key in step.keys:
                return step.keys[key]
            outcome = WRONG_KEY if key else NO_INPUT
            mistake = step.wrong_key_prompts if key else step.no_input_prompts
            self._ahead = ""  # what was typed after a mistake was meant for another menu
        return outcome

    def _choose_language(self, step: LanguageStep) -> _Script[str]:
        offers = tuple(
            self._flow.prompt(step.offer, language)
            for language in dict.fromkeys(step.keys.values())
            if language != self.language
        )
        if offers and not self._ahead:
            yield from self._wait(Collect(offers, 1, step.timeout_s))
        chosen = step.keys.get(self._ahead[:1])
        if chosen is None:
            return "kept"
        self._use_key()
        if chosen == self.language:
            return "kept"
        self.language = chosen
        self._effects.append(SetLanguage(chosen))
        return "changed"

    def _ask(self, names: Iterable[str], timeout_s: float, *, barge_in: bool) -> _Script[str]:
        """One key, or nothing when the caller stays silent; a key typed ahead is taken without a word."""
        if not self._ahead:
            if not barge_in:
                yield from self._speak(names, barge_in=False)
                names = ()
            if not self._ahead:
                yield from self._wait(Collect(self._prompts(names), 1, timeout_s))
        return self._use_key()

    def _speak(self, names: Iterable[str], *, barge_in: bool) -> _Script[None]:
        if names:
            yield from self._wait(Play(self._prompts(names), barge_in))

    def _wait(self, wait: Wait) -> _Script[None]:
        """Give the effects to the host and keep the keys it brings back."""
        self._effects.append(wait)
        given = yield
        keys = given.keys if isinstance(given, Heard) else ""
        self._ahead = (self._ahead + "".join(key for key in keys if key in KEYS))[:MAX_TYPED_AHEAD]

    def _use_key(self) -> str:
        key, self._ahead = self._ahead[:1], self._ahead[1:]
        self._keys = (self._keys + key)[:MAX_KEYS_IN_MARK]
        return key

    def _prompts(self, names: Iterable[str]) -> tuple[Prompt, ...]:
        return tuple(self._flow.prompt(name, self.language) for name in names)

    def _mark(self, exit_name: str) -> None:
        self._effects.append(self._mark_of(exit_name))
        self._keys = ""

    def _mark_of(self, exit_name: str) -> MarkStep:
        kind = self._document.steps[self._step].kind
        return MarkStep(self._step, kind, exit_name, self._keys, self.language)
