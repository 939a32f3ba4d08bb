"""The one door to telephony for whoever is not a part of it: what is there, what is told, what is asked."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol, TypeVar

from cti.bus.contract import Bus, Subscription, Topic
from cti.control.commands import Command, CommandResult
from cti.domain.delta import FloorDelta, FloorSnapshot
from cti.domain.events import Event
from cti.live import LiveFloor
from cti.replica import FloorFeed

T = TypeVar("T")

Execute = Callable[[Command], Awaitable[CommandResult]]


class FloorPort(FloorFeed, Protocol):
    """Snapshot and subscription to follow the floor, commands that may be refused, facts that may not."""

    async def execute(self, command: Command) -> CommandResult:
        """Carry a command out. Raises `cti.control.commands.Refused`."""

    def observe(self, event: Event) -> object:
        """Take a fact to the floor's one writer; never blocks and never refuses."""


class LocalFloorPort:
    """The door inside the process in which telephony runs."""

    def __init__(self, live: LiveFloor, bus: Bus, execute: Execute, clock: Callable[[], datetime]) -> None:
        self._live = live
        self._bus = bus
        self._execute = execute
        self._clock = clock

    async def snapshot(self) -> FloorSnapshot:
        """Everything as it is now."""
        return self._live.snapshot(self._clock())

    def subscribe(self, topic: Topic[T], *, capacity: int) -> Subscription[T]:
        """Messages of `topic` from now on, at most `capacity` waiting."""
        return self._bus.subscribe(topic, capacity=capacity)

    async def execute(self, command: Command) -> CommandResult:
        """Carry a command out. Raises Refused."""
        return await self._execute(command)

    def observe(self, event: Event) -> FloorDelta:
        """Take a fact to the floor."""
        return self._live.observe(event)
