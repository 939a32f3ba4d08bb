"""After-call work: ends it when its time runs out. That it keeps queue calls away is cti/pauses.py's work."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial

from cti.domain.agent import Activity
from cti.domain.delta import FloorDelta
from cti.domain.events import LinkUp, Source, WrapUpEnded
from cti.domain.views import AgentView
from cti.port import FloorPort
from cti.replica import FloorReplica, following_floor

CAPACITY = 10_000

# The call, the how-manieth leg of the agent in it, and until when: the same caller may come back.
_Work = tuple[str, int, datetime]


class WrapUp:
    """One timer for each agent in after-call work.

    Time that runs out is reported as WrapUpEnded without a disposition; the recorder stores it.
    """

    def __init__(self, port: FloorPort, clock: Callable[[], datetime]) -> None:
        self._port = port
        self._floor = FloorReplica()
        self._clock = clock
        self._timers: dict[str, tuple[_Work, asyncio.Task[None]]] = {}

    async def run(self) -> None:
        """Serve until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            start = partial(self._follow_all, tasks)
            async for delta in following_floor(self._port, self._floor, capacity=CAPACITY, start=start):
                if isinstance(delta.event, LinkUp):
                    self._follow_all(tasks)
                elif not self._is_past(delta):
                    for ext in delta.agents_concerned:
                        self._look_at(ext, tasks)

    def _look_at(self, ext: str, tasks: asyncio.TaskGroup) -> None:
        agent = self._floor.agents.get(ext)
        if agent is not None:
            self._follow(agent, tasks)
        else:
            self._stop_timer(ext)

    def _is_past(self, delta: FloorDelta) -> bool:
        """While a hole is filled, agents go through states in which they no longer are."""
        return delta.event.source is Source.RECORD and not self._floor.system.link.up

    def _follow_all(self, tasks: asyncio.TaskGroup) -> None:
        for agent in self._floor.agents.values():
            self._follow(agent, tasks)

    def _follow(self, agent: AgentView, tasks: asyncio.TaskGroup) -> None:
        """Bring the timer in line with the agent's activity."""
        call_id = agent.wrap_up_call if agent.activity is Activity.WRAPPING_UP else None
        if call_id is None:
            self._stop_timer(agent.ext)
        else:
            self._start_timer(agent, call_id, tasks)

    def _start_timer(self, agent: AgentView, call_id: str, tasks: asyncio.TaskGroup) -> None:
        work: _Work = (call_id, agent.turn or 1, agent.wrap_up_until or self._clock())
        known = self._timers.get(agent.ext)
        if known is not None and known[0] == work:
            return
        self._stop_timer(agent.ext)
        self._timers[agent.ext] = (work, tasks.create_task(self._run_out(agent.ext, *work)))

    def _stop_timer(self, ext: str) -> None:
        known = self._timers.pop(ext, None)
        if known is not None and known[1] is not asyncio.current_task():
            known[1].cancel()

    async def _run_out(self, ext: str, call_id: str, turn: int, until: datetime) -> None:
        await asyncio.sleep(max(0.0, (until - self._clock()).total_seconds()))
        self._port.observe(
            WrapUpEnded(
                at=self._clock(),
                source=Source.SERVICE,
                agent=ext,
                call_id=call_id,
                turn=turn,
                timed_out=True,
            )
        )
