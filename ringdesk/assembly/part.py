"""What the service is made of: parts, each with its task, what it loads first, and its health."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from collections.abc import Coroutine as Running
from dataclasses import dataclass
from typing import Any

OK = "ok"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the health report: `state` is ok, or up, or says what is the matter.

    With `keeps_from_calls` the service as a whole is not well.
    """

    name: str
    state: str
    keeps_from_calls: bool = False


async def nothing() -> None:
    """There is nothing to load."""


@dataclass(frozen=True, slots=True)
class Part:
    """`run` works until it is cancelled; when it ends by itself or fails, all parts end.

    `load` is awaited before any part runs, in the order of the parts. `health` answers at once, from memory.
    """

    name: str
    run: Callable[[], Running[Any, Any, None]]
    load: Callable[[], Awaitable[object]] = nothing
    health: Callable[[], Iterable[Check]] = tuple


class Health:
    """The report on all parts that there are, for watchdog, supervisor, consoles and `ringdesk status`."""

    def __init__(self) -> None:
        self._parts: Sequence[Part] = ()

    def follow(self, parts: Sequence[Part]) -> None:
        """These are the parts. Some of them need the report, so it is there before they are."""
        self._parts = parts

    def __call__(self) -> Mapping[str, Any]:
        """From memory, at once."""
        checks = [check for part in self._parts for check in part.health()]
        well = not any(check.keeps_from_calls for check in checks)
        return {"status": "ok" if well else "degraded", "checks": {it.name: it.state for it in checks}}
