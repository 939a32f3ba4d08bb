"""Who and what leaves the floor: agents and queues that the directory does not name any more."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from msgspec.structs import replace

from cti.domain.agent import Activity, Agent, AgentInfo, Interval
from cti.domain.delta import Kind
from cti.domain.queue import Queue, QueueInfo


class Known(Protocol):
    """Who works here and which queues there are: the part of the floor's directory that counts here."""

    @property
    def agents(self) -> Mapping[str, AgentInfo]: ...

    @property
    def queues(self) -> Mapping[str, QueueInfo]: ...


@dataclass(slots=True)
class Departed:
    """What went away, entities by kind and id; the intervals that ended with it; and who came instead."""

    gone: list[tuple[Kind, str]] = field(default_factory=list)
    intervals: list[Interval] = field(default_factory=list)
    arrived: dict[str, Agent] = field(default_factory=dict)
    complete: bool = True


def leaving(agents: Mapping[str, Agent], known: Mapping[str, AgentInfo]) -> list[Agent]:
    """Agents whom the directory does not name, or under whose extension it names somebody else."""
    return [
        agent for ext, agent in agents.items() if ext not in known or known[ext].user_id != agent.info.user_id
    ]


class Departures:
    """Removes who is in no call and in no queue, and queues in which nobody waits."""

    def __init__(self) -> None:
        # The directory beside which nobody is on the floor any more; of others, what was open in storage.
        self._complete: Known | None = None
        self._orphans: list[Interval] = []

    def left_open(self, interval: Interval) -> None:
        """Lasted in storage, of somebody who does not work here any more."""
        self._orphans.append(interval)

    def are_over(self, known: Known) -> bool:
        """Whether nobody is on the floor any more beside this directory."""
        return self._complete is known

    def settle(
        self,
        agents: dict[str, Agent],
        queues: dict[str, Queue],
        known: Known,
        consoles: Set[str],
        now: datetime,
    ) -> Departed:
        """One step; a call in progress goes on to its end, and its agent goes then."""
        departed = Departed()
        departed.intervals += [replace(interval, ended_at=now) for interval in self._orphans]
        self._orphans.clear()
        _let_agents_go(agents, known, departed, now)
        _let_queues_go(queues, known, departed)
        for ext, info in known.agents.items():
            if ext not in agents:
                agents[ext] = departed.arrived[ext] = Agent(info, now, console=ext in consoles)
        self._complete = known if departed.complete else None
        return departed


def _let_agents_go(agents: dict[str, Agent], known: Known, departed: Departed, now: datetime) -> None:
    for agent in leaving(agents, known.agents):
        if agent.members or agent.activity is not Activity.IDLE:
            departed.complete = False
            continue
        departed.intervals += agent.close(now)
        departed.gone.append((Kind.AGENTS, agent.ext))
        del agents[agent.ext]


def _let_queues_go(queues: dict[str, Queue], known: Known, departed: Departed) -> None:
    for name in [name for name in queues if name not in known.queues]:
        if queues[name].waiting:
            departed.complete = False
            continue
        departed.gone.append((Kind.QUEUES, name))
        del queues[name]
