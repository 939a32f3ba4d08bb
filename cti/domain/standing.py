"""How many of each queue's members stand in each column of its tile, kept up to date agent by agent."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from msgspec import Struct

from cti.domain.agent import Activity, Agent, Presence


class Columns(Struct, frozen=True, gc=False):
    """How many members of a queue stand in each column of its tile."""

    ready: int = 0
    ringing: int = 0
    talking: int = 0
    wrapping_up: int = 0
    paused: int = 0


def column(agent: Agent) -> str:
    """In which column of the tile an agent stands: what they do wins over whether they are paused."""
    if agent.activity in (Activity.TALKING, Activity.HOLDING):
        return "talking"
    if agent.activity in (Activity.RINGING, Activity.WRAPPING_UP):
        return str(agent.activity)
    return "paused" if agent.presence is Presence.PAUSED else "ready"


class Standing:
    """The counts of all queues. Each agent costs the same however many there are."""

    def __init__(self, agents: Iterable[Agent] = ()) -> None:
        self._counts: dict[str, Counter[str]] = defaultdict(Counter)
        self._known: dict[str, tuple[str, tuple[str, ...]]] = {}
        for agent in agents:
            self.note(agent)

    def note(self, agent: Agent) -> bool:
        """Take in what an agent does and serves now; False when that is no news."""
        now = (column(agent), tuple(agent.members))
        before = self._known.get(agent.ext)
        if before == now:
            return False
        self._known[agent.ext] = now
        if before is not None:
            self._count(*before, -1)
        self._count(*now, 1)
        return True

    def of(self, queue: str) -> Columns:
        """Members of one queue by column."""
        counts = self._counts[queue]
        return Columns(*[counts[name] for name in Columns.__struct_fields__])

    def _count(self, in_column: str, queues: tuple[str, ...], by: int) -> None:
        for queue in queues:
            self._counts[queue][in_column] += by
