"""The floor's writer: the one place where facts enter the floor and leave for everyone else."""

from collections.abc import Iterable
from datetime import datetime

import structlog

from cti.bus.contract import Bus
from cti.bus.topics import FLOOR
from cti.domain.delta import FloorDelta, FloorSnapshot
from cti.domain.events import DirectoryChanged, Event, Source
from cti.domain.floor import Directory, Floor

log = structlog.get_logger(__name__)


class LiveFloor:
    """Applies each observed event and publishes what it changed.

    Everything runs on the event loop's thread and `observe` never awaits, so there is one writer and no lock.
    """

    def __init__(self, floor: Floor, bus: Bus) -> None:
        self.floor = floor
        self._bus = bus

    def observe(self, event: Event) -> FloorDelta:
        """Take a fact in. Never refuses: what contradicts our picture is logged as drift."""
        delta = self.floor.apply(event)
        if delta.drift is not None:
            log.warning("drift", what=delta.drift)
        self._bus.publish(FLOOR, delta)
        return delta

    def observe_all(self, events: Iterable[Event]) -> None:
        """Take several facts in, in order."""
        for event in events:
            self.observe(event)

    def set_directory(self, directory: Directory, now: datetime) -> None:
        """Take over changed agents and queues and tell everyone."""
        self.floor.set_directory(directory, now)
        self.observe(DirectoryChanged(at=now, source=Source.SERVICE))

    def snapshot(self, now: datetime) -> FloorSnapshot:
        """Where whoever follows the floor starts."""
        return self.floor.snapshot(now)
