"""Signs an agent off when their last console has been gone for a grace time."""

import asyncio
from functools import partial

import structlog

from cti.control.commands import Refused, SignOut
from cti.domain.agent import Activity, Presence
from cti.domain.events import LinkUp
from cti.domain.views import AgentView
from cti.port import FloorPort
from cti.replica import FloorReplica, following_floor

log = structlog.get_logger(__name__)

CAPACITY = 10_000


class SignOff:
    """One timer for each signed-in agent without a console; a conversation in progress is waited for."""

    def __init__(self, port: FloorPort, *, grace_s: float) -> None:
        self._port = port
        self._floor = FloorReplica()
        self._grace_s = grace_s
        self._timers: dict[str, asyncio.Task[None]] = {}
        self._overdue: set[str] = set()
        self._leaving: set[str] = set()

    async def run(self) -> None:
        """Serve until cancelled. At the start everyone has one grace time to come back."""
        async with asyncio.TaskGroup() as tasks:
            start = partial(self._follow_all, tasks)
            async for delta in following_floor(self._port, self._floor, capacity=CAPACITY, start=start):
                if isinstance(delta.event, LinkUp):
                    self._follow_all(tasks)
                for ext in delta.agents_concerned:
                    self._look_at(ext, tasks)

    def _follow_all(self, tasks: asyncio.TaskGroup) -> None:
        for agent in self._floor.agents.values():
            self._follow(agent, tasks)

    def _look_at(self, ext: str, tasks: asyncio.TaskGroup) -> None:
        agent = self._floor.agents.get(ext)
        if agent is not None:
            self._follow(agent, tasks)
        else:
            self._forget(ext)

    def _forget(self, ext: str) -> None:
        self._overdue.discard(ext)
        timer = self._timers.pop(ext, None)
        if timer is not None:
            timer.cancel()

    def _follow(self, agent: AgentView, tasks: asyncio.TaskGroup) -> None:
        ext, absent = agent.ext, not agent.console and agent.presence is not Presence.SIGNED_OUT
        if not absent:
            self._forget(ext)
        elif ext in self._overdue:
            if agent.activity not in (Activity.TALKING, Activity.HOLDING):
                tasks.create_task(self._sign_out(ext))
        elif ext not in self._timers:
            self._timers[ext] = tasks.create_task(self._run_out(ext))

    async def _run_out(self, ext: str) -> None:
        await asyncio.sleep(self._grace_s)
        self._overdue.add(ext)
        agent = self._floor.agents.get(ext)
        if agent is not None and agent.activity not in (Activity.TALKING, Activity.HOLDING):
            await self._sign_out(ext)

    async def _sign_out(self, ext: str) -> None:
        """Once at a time: each queue that the agent leaves is a change of the agent."""
        if ext in self._leaving:
            return
        self._leaving.add(ext)
        try:
            await self._port.execute(SignOut(ext, by="ringdesk", reason="console closed"))
        except Refused as problem:
            # Still overdue: the next change of this agent, or Asterisk's return, tries again.
            log.warning("sign-off postponed", agent=ext, problem=problem.detail)
        else:
            log.info("signed off, console gone", agent=ext)
        finally:
            self._leaving.discard(ext)
