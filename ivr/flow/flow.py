"""A loaded flow: the document, where it came from, and the line of each part of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ivr.flow.document import FlowDocument
from ivr.flow.effects import Prompt

Path = tuple[str | int, ...]


class Severity(StrEnum):
    """An error refuses the flow, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a flow file, where, and what its author can do."""

    file: str
    line: int
    reason: str
    advice: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.severity}: {self.reason}. {self.advice}"


class FlowRefused(Exception):
    """A flow that cannot be used; `problems` says why."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Flow:
    """Immutable, so a call in progress keeps the flow it began with; `digest` names this very version."""

    name: str
    file: str
    digest: str
    document: FlowDocument
    lines: Mapping[Path, int]

    def line_of(self, *path: str | int) -> int:
        """The line of a part of the document, or of the nearest part around it."""
        return nearest_line(self.lines, path)

    def prompt(self, name: str, language: str) -> Prompt:
        """A prompt of this flow; the flow's name in front keeps flows apart (names hold no hyphen)."""
        return Prompt(f"{self.name}-{name}", language)

    def texts(self) -> dict[Prompt, str]:
        """Every prompt of the flow with the words to speak."""
        return {
            self.prompt(name, language): text
            for name, translations in self.document.prompts.items()
            for language, text in translations.items()
        }


def nearest_line(lines: Mapping[Path, int], path: Path) -> int:
    """The line of `path`; parts that the file does not have are passed over."""
    known: Path = ()
    for part in path:
        known = (*known, part) if (*known, part) in lines else known
    return lines.get(known, 1)
