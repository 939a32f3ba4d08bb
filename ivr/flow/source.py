"""Where flows come from: each is there as published, and as a draft that no caller hears."""

import hashlib
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Stage(StrEnum):
    """Callers are led by what is published; a draft is tried and checked before it is."""

    PUBLISHED = "published"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class Edition:
    """A flow as its author left it, not yet read: `place` is what messages name, `text` is UTF-8 YAML.

    `version` tells people which one it is; `digest` tells programs.
    """

    name: str
    place: str
    text: bytes
    version: str = ""
    stage: Stage = Stage.PUBLISHED

    @property
    def digest(self) -> str:
        """SHA-256 of the text, in hexadecimal."""
        return hashlib.sha256(self.text).hexdigest()


class Unreadable(Exception):
    """An edition that is listed and cannot be read; `reason` and `advice` are for its author."""

    def __init__(self, place: str, reason: str, advice: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place, self.reason, self.advice = place, reason, advice


class FlowSource(Protocol):
    """Called in a thread that may wait for a disk or a database."""

    def listed(self, stage: Stage) -> Mapping[str, Hashable]:
        """The flows of a stage by name, each with a mark that changes when its text does.

        Looks at no text, since it is asked every second. Raises OSError when the source cannot be asked.
        """

    def read(self, name: str, stage: Stage) -> Edition:
        """The edition as it is now. Raises Unreadable, also for one that is not there."""
