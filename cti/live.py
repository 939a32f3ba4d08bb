"""The floor's writer: the one place where facts enter the floor and leave for everyone else."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import structlog

from cti.bus.contract import FLOOR, Bus
from cti.domain.events import DirectoryChanged, Event, Source
from cti.domain.floor import Applied, Directory, Floor

log = structlog.get_logger(__name__)


class LiveFloor:
    """Applies each observed event and publishes what it changed.

    Everything runs on the event loop's thread and `observe` never awaits, so there is one writer and no lock.
    """

    def __init__(self, floor: Floor, bus: Bus) -> None:
        self.floor = floor
        self._bus = bus

    def observe(self, event: Event) -> Applied:
        """Take a fact in. Never refuses: what contradicts our picture is logged as drift."""
        applied = self.floor.apply(event)
        if applied.drift is not None:
            log.warning("drift", what=applied.drift)
        self._bus.publish(FLOOR, applied)
        return applied

    def observe_all(self, events: Iterable[Event]) -> None:
        """Take several facts in, in order."""
        for event in events:
            self.observe(event)

    def set_directory(self, directory: Directory, now: datetime) -> None:
        """Take over changed agents and queues and tell everyone."""
        self.floor.set_directory(directory, now)
        self.observe(DirectoryChanged(at=now, source=Source.SERVICE))

    def snapshot(self, now: datetime) -> tuple[str, int, dict[str, dict[str, Any]]]:
        """Epoch, number and every entity: where a console starts."""
        return self.floor.snapshot(now)
