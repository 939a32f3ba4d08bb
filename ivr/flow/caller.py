"""The caller as a step sees them: spoken to, asked for keys, and with keys pressed before anything asked."""

from collections.abc import Callable, Generator, Iterable
from datetime import datetime
from typing import TypeVar

from ivr.flow.effects import Collect, Effect, Heard, Input, Play, Prompt, SetLanguage, Wait
from ivr.flow.names import KEYS

MAX_TYPED_AHEAD = 8
MAX_KEYS_IN_MARK = 16

_Result = TypeVar("_Result")
Script = Generator[None, Input, _Result]
"""Yields at each wait and is sent the answer; what it asks for stands in the caller's effects already."""


class Caller:
    """What is asked of the host gathers until `asked` takes it. Not thread-safe."""

    now: datetime
    """The time of the latest input, aware; set before a step first runs."""

    def __init__(self, language: str, timezone: str, prompt: Callable[[str, str], Prompt]) -> None:
        """`prompt` makes the prompt of a name and a language."""
        self.language = language
        self.timezone = timezone
        self.used = ""
        """The keys that the step so far has taken, the last of too many left out."""
        self._prompt = prompt
        self._ahead = ""
        self._effects: list[Effect] = []

    def tell(self, effect: Effect) -> None:
        """Ask the host for something that needs no answer."""
        self._effects.append(effect)

    def asked(self) -> tuple[Effect, ...]:
        """What was asked of the host since the last call, in order."""
        effects, self._effects = tuple(self._effects), []
        return effects

    def speak_in(self, language: str) -> None:
        """From here on in this language."""
        self.language = language
        self.tell(SetLanguage(language))

    def say(self, names: Iterable[str], *, barge_in: bool) -> Script[None]:
        """Speak prompts; no names are no wait. Keys pressed meanwhile are kept."""
        if names:
            yield from self._wait(Play(self._prompts(names), barge_in))

    def ask(self, names: Iterable[str], timeout_s: float, *, barge_in: bool) -> Script[str]:
        """One key, or nothing when the caller stays silent; a key typed ahead is taken without a word."""
        if not self._ahead:
            if not barge_in:
                yield from self.say(names, barge_in=False)
                names = ()
            if not self._ahead:
                yield from self._wait(Collect(self._prompts(names), 1, timeout_s))
        return self.take_key()

    def offer(self, prompts: tuple[Prompt, ...], timeout_s: float) -> Script[str]:
        """The next key, which stays where it is: it may be meant for a later step."""
        if prompts and not self._ahead:
            yield from self._wait(Collect(prompts, 1, timeout_s))
        return self._ahead[:1]

    def take_key(self) -> str:
        """The next key typed ahead, which is used up and stands in the step's mark."""
        key, self._ahead = self._ahead[:1], self._ahead[1:]
        self.used = (self.used + key)[:MAX_KEYS_IN_MARK]
        return key

    def forget_typed_ahead(self) -> None:
        """What was typed after a mistake was meant for another menu."""
        self._ahead = ""

    def prompt(self, name: str, language: str) -> Prompt:
        """A prompt in a language that may not be the caller's."""
        return self._prompt(name, language)

    def _prompts(self, names: Iterable[str]) -> tuple[Prompt, ...]:
        return tuple(self._prompt(name, self.language) for name in names)

    def _wait(self, wait: Wait) -> Script[None]:
        """Give the effects to the host and keep the keys it brings back."""
        self._effects.append(wait)
        given = yield
        keys = given.keys if isinstance(given, Heard) else ""
        self._ahead = (self._ahead + "".join(key for key in keys if key in KEYS))[:MAX_TYPED_AHEAD]
