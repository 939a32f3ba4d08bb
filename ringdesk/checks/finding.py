"""What a check found: well or not, in words, with the cure."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from asterisk_conf.checks.finding import AsteriskFinding, Level
from ringdesk.problem import sentence_of


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `status` or `doctor`. `cure` says what helps when the level is not ok."""

    name: str
    level: Level
    detail: str
    cure: str = ""

    @property
    def well(self) -> bool:
        """Whether nothing has to be done at once."""
        return self.level is not Level.ERROR


def of_asterisk(found: AsteriskFinding) -> Finding:
    """A finding of Asterisk's own checks among the others."""
    return Finding(f"Asterisk {found.id}", found.level, found.sentence, found.cure)


async def found_by(name: str, check: Callable[[], Awaitable[Finding]]) -> Finding:
    """The finding of a check; a check that fails itself has found something."""
    try:
        return await check()
    except Exception as error:
        return fault(name, error)


def fault(name: str, error: Exception) -> Finding:
    """An exception as a finding, in words if there are any."""
    return Finding(name, Level.ERROR, sentence_of(error) or f"{type(error).__name__}: {error}")
