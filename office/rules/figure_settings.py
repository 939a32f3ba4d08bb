"""Which settings figures depend on (docs/metrics.md): change one, and the same calls give other figures."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

FIRM = "firm"


class Counted(Protocol):
    """What a queue's figures go by."""

    @property
    def name(self) -> str: ...
    @property
    def sl_seconds(self) -> int: ...
    @property
    def short_abandon_seconds(self) -> int: ...


def settings_of(queues: Iterable[Counted], time_zone: str) -> Mapping[tuple[str, str], Any]:
    """By subject and name. The time zone says when a day begins."""
    held: dict[tuple[str, str], Any] = {(FIRM, "time_zone"): time_zone}
    for queue in queues:
        held[f"queue:{queue.name}", "sl_seconds"] = queue.sl_seconds
        held[f"queue:{queue.name}", "short_abandon_seconds"] = queue.short_abandon_seconds
    return held
