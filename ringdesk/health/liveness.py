"""Whether the service works, as its watchdog sees it: it answers, or it is only late."""

from pathlib import Path

from ringdesk.health.ask import Question
from ringdesk.supervision.pulse import Pulse

# An event loop of which nothing is heard for so long, in time of its own, keeps callers in the menu waiting.
SILENT_S = 2.5
_LOOK_S = 0.5


class Liveness:
    """Knows the service's process by its door, and so can tell one that hangs from one that is starved."""

    def __init__(self, door: Path, *, silent_s: float = SILENT_S, look_s: float = _LOOK_S) -> None:
        self._door = door
        self._silent_s = silent_s
        self._question = Question(door)
        self._pid: int | None = None
        self._pulse = Pulse(self._ask, lambda: self._question.pid or self._pid, patience_s=look_s)

    async def works(self) -> bool:
        """False once it has been silent for too long, until it answers again. Takes half a second at most."""
        await self._pulse.look()
        return self._pulse.silent_s < self._silent_s

    async def _ask(self) -> bool:
        self._pid, self._question = self._question.pid, Question(self._door)
        return (await self._question.answer()).answered
