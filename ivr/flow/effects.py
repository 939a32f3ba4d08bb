"""What the engine asks of its host, and what the host tells the engine: the whole vocabulary between them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Prompt:
    """A sentence by its name, unique over all flows, and the language to speak it in."""

    name: str
    language: str


@dataclass(frozen=True, slots=True)
class Play:
    """Wait until the prompts have been spoken; with barge_in a key ends them. Answer: Heard(keys pressed)."""

    prompts: tuple[Prompt, ...]
    barge_in: bool


@dataclass(frozen=True, slots=True)
class Collect:
    """Speak the prompts, which a key ends, and wait for keys until timeout_s after them. Answer: Heard."""

    prompts: tuple[Prompt, ...]
    max_digits: int
    timeout_s: float


@dataclass(frozen=True, slots=True)
class SetLanguage:
    """From here on the caller is spoken to in this language, in queues too."""

    language: str


@dataclass(frozen=True, slots=True)
class MarkStep:
    """A step was left by this exit; keys are those pressed in it. All values are identifiers and keys."""

    step: str
    kind: str
    exit: str
    keys: str
    language: str


@dataclass(frozen=True, slots=True)
class EnterQueue:
    """The end of the flow: the caller waits for an agent."""

    queue: str
    priority: int


@dataclass(frozen=True, slots=True)
class HangUp:
    """The end of the flow: the call is over."""


@dataclass(frozen=True, slots=True)
class FallBack:
    """The end of the flow: it came to no end of its own, the hotline's fallback queue takes over."""

    reason: str


Wait = Play | Collect
End = EnterQueue | HangUp | FallBack
Effect = Wait | End | SetLanguage | MarkStep


@dataclass(frozen=True, slots=True)
class Began:
    """The call is answered and the flow starts; `at` is aware."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Heard:
    """The wait is over; no keys means the prompts ended or the time ran out."""

    at: datetime
    keys: str = ""


@dataclass(frozen=True, slots=True)
class HungUp:
    """The caller has gone."""

    at: datetime


Input = Began | Heard | HungUp
