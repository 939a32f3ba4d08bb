"""After-call work: ends it when its time runs out. That it keeps queue calls away is cti/pauses.py's work."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial

from cti.bus.contract import FLOOR, Bus
from cti.bus.following import following
from cti.domain.agent import Activity, Agent
from cti.domain.events import LinkUp, Source, WrapUpEnded
from cti.domain.floor import Applied
from cti.live import LiveFloor

CAPACITY = 10_000

# The call, the how-manieth leg of the agent in it, and until when: the same caller may come back.
_Work = tuple[str, int, datetime]


class WrapUp:
    """One timer for each agent in after-call work.

    Time that runs out is reported as WrapUpEnded without a disposition; the recorder stores it.
    """

    def __init__(self, bus: Bus, live: LiveFloor, clock: Callable[[], datetime]) -> None:
        self._bus = bus
        self._live = live
        self._clock = clock
        self._timers: dict[str, tuple[_Work, asyncio.Task[None]]] = {}

    async def run(self) -> None:
        """Serve until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            start = partial(self._follow_all, tasks)
            async for applied in following(self._bus, FLOOR, capacity=CAPACITY, start=start):
                if isinstance(applied.event, LinkUp):
                    self._follow_all(tasks)
                elif not self._is_past(applied):
                    for change in applied.changes:
                        if change.kind == "agents":
                            self._look_at(change.id, tasks)

    def _look_at(self, ext: str, tasks: asyncio.TaskGroup) -> None:
        agent = self._live.floor.agents.get(ext)
        if agent is not None:
            self._follow(agent, tasks)
        else:
            self._stop_timer(ext)

    def _is_past(self, applied: Applied) -> bool:
        """While a hole is filled, agents go through states in which they no longer are."""
        return applied.event.source is Source.RECORD and self._live.floor.system["link"]["state"] != "up"

    def _follow_all(self, tasks: asyncio.TaskGroup) -> None:
        for agent in self._live.floor.agents.values():
            self._follow(agent, tasks)

    def _follow(self, agent: Agent, tasks: asyncio.TaskGroup) -> None:
        """Bring the timer in line with the agent's activity."""
        call_id = agent.wrap_up_call if agent.activity is Activity.WRAPPING_UP else None
        if call_id is None:
            self._stop_timer(agent.ext)
        else:
            self._start_timer(agent, call_id, tasks)

    def _start_timer(self, agent: Agent, call_id: str, tasks: asyncio.TaskGroup) -> None:
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
        self._live.observe(
            WrapUpEnded(
                at=self._clock(),
                source=Source.SERVICE,
                agent=ext,
                call_id=call_id,
                turn=turn,
                timed_out=True,
            )
        )
