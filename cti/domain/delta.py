"""What one event changed on the floor, and where a follower starts: frozen, so that both may travel."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from cti.domain.agent import Interval
from cti.domain.events import Event
from cti.domain.happenings import Happening
from cti.domain.system import System
from cti.domain.views import AgentView, CallView, QueueView


class Kind(StrEnum):
    """What can go away from the floor."""

    CALLS = "calls"
    AGENTS = "agents"
    QUEUES = "queues"


class FloorDelta(Struct, frozen=True):
    """What one event did: everything that it touched, each as it is now.

    `happenings` by extension, None for one that is over; `system` when a part of it changed. `gone` came
    before the rest. `drift` says what contradicted our picture.
    """

    seq: int
    epoch: str
    at: datetime
    event: Event
    gone: tuple[tuple[Kind, str], ...] = ()
    calls: tuple[CallView, ...] = ()
    agents: tuple[AgentView, ...] = ()
    queues: tuple[QueueView, ...] = ()
    happenings: tuple[tuple[str, Happening | None], ...] = ()
    system: System | None = None
    intervals: tuple[Interval, ...] = ()
    drift: str | None = None

    @property
    def agents_concerned(self) -> tuple[str, ...]:
        """The extensions of the agents that changed or went away."""
        gone = (id_ for kind, id_ in self.gone if kind is Kind.AGENTS)
        return (*gone, *(agent.ext for agent in self.agents))


class FloorSnapshot(Struct, frozen=True):
    """Everything on the floor after change number `seq` of this run of the service (`epoch`)."""

    epoch: str
    seq: int
    at: datetime
    calls: tuple[CallView, ...]
    agents: tuple[AgentView, ...]
    queues: tuple[QueueView, ...]
    happenings: tuple[tuple[str, Happening], ...]
    system: System
