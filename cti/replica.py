"""A subscriber's own picture of the floor, folded from deltas; the floor may be in another process."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Protocol

import structlog

from cti.bus.contract import Subscribing
from cti.bus.following import following
from cti.bus.topics import FLOOR
from cti.domain.delta import FloorDelta, FloorSnapshot, Kind
from cti.domain.happenings import Happening
from cti.domain.system import System
from cti.domain.views import AgentView, CallView, QueueView

log = structlog.get_logger(__name__)


class OutOfStep(RuntimeError):
    """A delta that does not follow the picture; start again from a snapshot."""


class FloorFeed(Subscribing, Protocol):
    """Where the floor can be followed from: its deltas, and a snapshot to start with."""

    async def snapshot(self) -> FloorSnapshot:
        """Everything as it is now."""


class FloorReplica:
    """The floor as it was after change `seq`. Empty, with no epoch, until the first snapshot."""

    system: System

    def __init__(self) -> None:
        self.epoch = ""
        self.seq = 0
        self.calls: dict[str, CallView] = {}
        self.agents: dict[str, AgentView] = {}
        self.queues: dict[str, QueueView] = {}
        self.happenings: dict[str, Happening] = {}

    def reset(self, snapshot: FloorSnapshot) -> None:
        """Begin anew from here."""
        self.epoch, self.seq, self.system = snapshot.epoch, snapshot.seq, snapshot.system
        self.calls = {call.id: call for call in snapshot.calls}
        self.agents = {agent.ext: agent for agent in snapshot.agents}
        self.queues = {queue.info.name: queue for queue in snapshot.queues}
        self.happenings = dict(snapshot.happenings)

    def has(self, delta: FloorDelta) -> bool:
        """Whether the delta is in the picture already: the snapshot was taken after it."""
        return delta.epoch == self.epoch and delta.seq <= self.seq

    def fold(self, delta: FloorDelta) -> None:
        """Take in what one event did. Raises OutOfStep, nothing changed, when it is not the next one."""
        if delta.epoch != self.epoch or delta.seq != self.seq + 1:
            raise OutOfStep(f"{delta.epoch}/{delta.seq} does not follow {self.epoch}/{self.seq}")
        self.seq = delta.seq
        for kind, id_ in delta.gone:
            self._take_away(kind, id_)
        self.calls.update((call.id, call) for call in delta.calls)
        self.agents.update((agent.ext, agent) for agent in delta.agents)
        self.queues.update((queue.info.name, queue) for queue in delta.queues)
        for ext, happening in delta.happenings:
            if happening is None:
                self.happenings.pop(ext, None)
            else:
                self.happenings[ext] = happening
        if delta.system is not None:
            self.system = delta.system

    def _take_away(self, kind: Kind, id_: str) -> None:
        match kind:
            case Kind.CALLS:
                self.calls.pop(id_, None)
            case Kind.AGENTS:
                self.agents.pop(id_, None)
            case Kind.QUEUES:
                self.queues.pop(id_, None)


async def following_floor(
    feed: FloorFeed,
    replica: FloorReplica,
    *,
    capacity: int,
    start: Callable[[], object] = lambda: None,
) -> AsyncGenerator[FloorDelta, None]:
    """Each delta, for ever, once it is folded into the replica.

    `start` is called whenever the replica began anew from a snapshot: what changed meanwhile is not told.
    """

    async def begin() -> None:
        replica.reset(await feed.snapshot())
        start()

    while True:
        async with aclosing(following(feed, FLOOR, capacity=capacity, start=begin)) as deltas:
            try:
                async for delta in deltas:
                    if not replica.has(delta):
                        replica.fold(delta)
                        yield delta
                return
            except OutOfStep as problem:
                log.warning("picture lost, starts again", problem=str(problem))
