"""How a call to a hotline begins."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HotlineEntry:
    """The flow that the caller is led through, and the language it begins with."""

    flow: str
    language: str
