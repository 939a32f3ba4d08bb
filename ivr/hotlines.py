"""Which flow a hotline begins with; the answer comes from storage, behind this interface."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class HotlineEntry:
    """How a call to a hotline begins."""

    flow: str
    language: str


class Hotlines(Protocol):
    """Looks hotlines up; may be slow or fail, the runner then uses what it knew before."""

    async def entry(self, number: str) -> HotlineEntry | None:
        """None when there is no such hotline."""
