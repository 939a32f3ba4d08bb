"""Keeps each agent's pause in Asterisk what it has to be, whoever else writes there and whenever."""

import asyncio
from functools import partial

import structlog

from cti.control.commands import Refused
from cti.control.pauses import PauseWriter
from cti.domain.events import LinkUp
from cti.replica import FloorFeed, FloorReplica, following_floor

log = structlog.get_logger(__name__)

CAPACITY = 10_000
# Asterisk confirms in milliseconds. What it did not confirm by then is written again.
CONFIRMED_WITHIN_S = 2.0


class Pauses:
    """Looks at an agent whenever something changes about them, and has written what is missing.

    After-call work begins and ends, a phone is lost, a ring is not answered, the agent asks: all of it
    changes the agent on the floor, and from there it comes here.
    """

    def __init__(self, feed: FloorFeed, writer: PauseWriter) -> None:
        self._feed = feed
        self._floor = FloorReplica()
        self._writer = writer
        self._watched: set[str] = set()

    async def run(self) -> None:
        """Serve until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            start = partial(self._begin, tasks)
            async for delta in following_floor(self._feed, self._floor, capacity=CAPACITY, start=start):
                self._writer.hear(delta.event)
                if isinstance(delta.event, LinkUp):
                    self._look_at_all(tasks)
                for ext in delta.agents_concerned:
                    self._look_at(ext, tasks)

    def _begin(self, tasks: asyncio.TaskGroup) -> None:
        """What Asterisk confirmed may have been missed."""
        self._writer.forget()
        self._look_at_all(tasks)

    def _look_at_all(self, tasks: asyncio.TaskGroup) -> None:
        for ext in self._floor.agents:
            self._look_at(ext, tasks)

    def _look_at(self, ext: str, tasks: asyncio.TaskGroup) -> None:
        wrong = self._writer.wrong(ext)
        if wrong:
            tasks.create_task(self._settle(ext))
        if (wrong or self._writer.awaits(ext)) and ext not in self._watched:
            self._watched.add(ext)
            tasks.create_task(self._watch(ext, tasks))

    async def _settle(self, ext: str) -> None:
        try:
            await self._writer.settle(ext)
        except Refused as problem:
            log.warning("pause not written", agent=ext, problem=problem.detail)

    async def _watch(self, ext: str, tasks: asyncio.TaskGroup) -> None:
        await asyncio.sleep(CONFIRMED_WITHIN_S)
        self._watched.discard(ext)
        self._writer.forget(ext)
        self._look_at(ext, tasks)
