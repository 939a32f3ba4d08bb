"""After-call work: keeps queue calls away while it lasts, and ends it when its time runs out."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial

import structlog

from cti.bus.contract import FLOOR, Bus
from cti.bus.following import following
from cti.control.commands import AmiAction, Refused
from cti.control.control import Control
from cti.control.rules import NO_DISPOSITION, pause_action
from cti.domain.agent import WRAP_UP_REASON, Activity, Agent, Presence
from cti.domain.events import LinkUp, Source, WrapUpEnded
from cti.domain.floor import Applied
from cti.live import LiveFloor

log = structlog.get_logger(__name__)

CAPACITY = 10_000


class WrapUp:
    """Pauses the phone in Asterisk while the agent wraps up; unpauses it afterwards.

    An agent who paused meanwhile keeps that pause: only a pause with our own reason is ever ended here.
    Time that runs out is reported as WrapUpEnded with the disposition "none"; the recorder stores it.
    """

    def __init__(
        self,
        bus: Bus,
        live: LiveFloor,
        control: Control,
        clock: Callable[[], datetime],
    ) -> None:
        self._bus = bus
        self._live = live
        self._control = control
        self._clock = clock
        self._timers: dict[str, tuple[str, asyncio.Task[None]]] = {}
        self._asked: dict[str, str] = {}

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
            self._asked.pop(ext, None)

    def _is_past(self, applied: Applied) -> bool:
        """While a hole is filled, agents go through states in which they no longer are."""
        return applied.event.source is Source.RECORD and self._live.floor.system["link"]["state"] != "up"

    def _follow_all(self, tasks: asyncio.TaskGroup) -> None:
        for agent in self._live.floor.agents.values():
            self._follow(agent, tasks)

    def _follow(self, agent: Agent, tasks: asyncio.TaskGroup) -> None:
        """Bring Asterisk's pause and our timer in line with the agent's activity."""
        call_id = agent.wrap_up_call if agent.activity is Activity.WRAPPING_UP else None
        if call_id is not None:
            self._start_timer(agent, call_id, tasks)
        else:
            self._stop_timer(agent.ext)
        action = self._pause_needed(agent, call_id)
        if action is not None:
            tasks.create_task(self._send(agent.ext, action))

    def _pause_needed(self, agent: Agent, call_id: str | None) -> AmiAction | None:
        """The action that is missing in Asterisk, once for each occasion."""
        paused = WRAP_UP_REASON in agent.members.values()
        wanted = call_id is not None and agent.presence is Presence.READY
        occasion = call_id if wanted else "after"
        if wanted == paused or (paused and call_id is not None):
            if not paused:
                self._asked.pop(agent.ext, None)
            return None
        if self._asked.get(agent.ext) == occasion:
            return None
        self._asked[agent.ext] = occasion or ""
        return pause_action(agent.ext, WRAP_UP_REASON if wanted else None)

    def _start_timer(self, agent: Agent, call_id: str, tasks: asyncio.TaskGroup) -> None:
        known = self._timers.get(agent.ext)
        if known is not None and known[0] == call_id:
            return
        self._stop_timer(agent.ext)
        self._timers[agent.ext] = (call_id, tasks.create_task(self._run_out(agent, call_id)))

    def _stop_timer(self, ext: str) -> None:
        known = self._timers.pop(ext, None)
        if known is not None and known[1] is not asyncio.current_task():
            known[1].cancel()

    async def _run_out(self, agent: Agent, call_id: str) -> None:
        until = agent.wrap_up_until or self._clock()
        await asyncio.sleep(max(0.0, (until - self._clock()).total_seconds()))
        self._live.observe(
            WrapUpEnded(
                at=self._clock(),
                source=Source.SERVICE,
                agent=agent.ext,
                call_id=call_id,
                disposition=NO_DISPOSITION,
                timed_out=True,
            )
        )

    async def _send(self, ext: str, action: AmiAction) -> None:
        try:
            await self._control.send(action)
        except Refused as problem:
            # Asked again when something changes about the agent, or when Asterisk is back.
            self._asked.pop(ext, None)
            log.warning("wrap-up pause not changed", agent=ext, problem=problem.detail)
