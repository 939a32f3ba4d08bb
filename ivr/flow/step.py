"""What every kind of step is: an entry of the document that is walked and checked."""

from abc import abstractmethod
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from ivr.flow.caller import Caller, Script
from ivr.flow.effects import End
from ivr.flow.names import Part, names_prompts
from ivr.flow.problem import Severity


@dataclass(frozen=True, slots=True)
class Left:
    """How a step was left: by an exit, for the last step with the end of the flow."""

    exit: str
    end: End | None = None


@dataclass(frozen=True, slots=True)
class Around:
    """What a step may refer to: the flow's languages, and the queues that exist (None: not known)."""

    languages: Collection[str]
    queues: Collection[str] | None


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a step; `where` is the path inside it."""

    where: tuple[str | int, ...]
    reason: str
    advice: str
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class Words:
    """What people call a kind in one language, and those of its exits that no author names."""

    kind: str
    exits: Mapping[str, str]


class Step(Part):
    """A kind is a subclass in a file of its own, `ivr/flow/steps/<kind>.py`; nothing else names it.

    Its fields are what the document may say, its `kind` is a Literal of the file's name, its docstring is
    what the published schema tells authors. A field declared as PromptNames is spoken, and checked as such.
    """

    words: ClassVar[Mapping[str, Words]]
    """By language: en and zh at least."""
    asks: ClassVar[bool] = False
    """Whether it waits for a key."""
    ends: ClassVar[bool] = False
    """Whether the flow ends here; every other kind has exits."""

    kind: str

    @abstractmethod
    def walk(self, caller: Caller) -> Script[Left]:
        """Lead a caller through it. Must end, whatever is pressed."""

    def targets(self) -> Mapping[str, str]:
        """Exit name → step name."""
        return {}

    def chosen(self) -> Collection[str]:
        """The exits that only a caller who presses a right key takes: they may lead in a circle."""
        return ()

    def check(self, name: str, around: Around) -> Iterator[Finding]:
        """What its own rules find; exits, prompts and circles are checked for all kinds alike."""
        yield from ()

    def spoken(self) -> Iterator[tuple[str, str]]:
        """The field and the name of every prompt that it can speak."""
        for field, info in type(self).model_fields.items():
            if names_prompts(info):
                yield from ((field, name) for name in getattr(self, field))
