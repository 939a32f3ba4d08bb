"""A loaded flow: the document, the edition it was read from, and the line of each part of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.flow.document import FlowDocument
from ivr.flow.effects import Prompt
from ivr.flow.source import Edition

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """Immutable, so a call in progress keeps the flow it began with."""

    edition: Edition
    document: FlowDocument
    lines: Mapping[Path, int]
    written_in: int
    """The format of the text; the document is in the newest."""

    @property
    def name(self) -> str:
        """What hotlines call it."""
        return self.edition.name

    @property
    def file(self) -> str:
        """What messages call it."""
        return self.edition.place

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
