"""What a check found: well or not, in words, with the cure."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from ringdesk.problem import sentence_of


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `status` or `doctor`. `cure` says what helps when it is not well."""

    name: str
    well: bool
    detail: str
    cure: str = ""


async def found_by(name: str, check: Callable[[], Awaitable[Finding]]) -> Finding:
    """The finding of a check; a check that fails itself has found something."""
    try:
        return await check()
    except Exception as error:
        return Finding(name, False, sentence_of(error) or f"{type(error).__name__}: {error}")
