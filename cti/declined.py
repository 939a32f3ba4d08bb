"""Gives the pause of an agent who declined its own name: Asterisk pauses them as if they had let it ring."""

import asyncio
from functools import partial

import structlog

from cti.bus.contract import FLOOR, Bus
from cti.bus.following import following
from cti.control.commands import AmiAction, Refused
from cti.control.control import Control
from cti.control.rules import pause_action
from cti.domain.agent import AUTOPAUSE_REASONS, DECLINED_REASON, NO_ANSWER_REASON
from cti.domain.events import (
    AgentRung,
    Event,
    MemberPaused,
    MemberRemoved,
    MemberUnpaused,
    RingEnded,
    RingResult,
    Source,
)
from cti.live import LiveFloor

log = structlog.get_logger(__name__)

CAPACITY = 10_000


class Declined:
    """Pauses again with the true reason, so that it stands in Asterisk's own records as well.

    Queue by queue: Asterisk is still on its way through the agent's queues when the first pause is heard, and
    would write its own reason over one given for all. Why the ring ended is heard before the pauses or after.
    """

    def __init__(self, bus: Bus, live: LiveFloor, control: Control) -> None:
        self._bus = bus
        self._live = live
        self._control = control
        self._declined: set[str] = set()
        self._unexplained: dict[str, set[str]] = {}

    async def run(self) -> None:
        """Serve until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            start = partial(self._look_at_all, tasks)
            async for applied in following(self._bus, FLOOR, capacity=CAPACITY, start=start):
                ext = self._hear(applied.event)
                if ext is not None:
                    self._explain(ext, tasks)

    def _look_at_all(self, tasks: asyncio.TaskGroup) -> None:
        """Who declined their newest ring, and is paused as if they had not answered."""
        floor = self._live.floor
        offers = sorted((o for call in floor.calls.values() for o in call.offers), key=lambda o: o.rang_at)
        newest = {offer.agent: offer.result for offer in offers}
        self._declined = {ext for ext, result in newest.items() if result is RingResult.REFUSED}
        self._unexplained = {
            ext: {queue for queue, reason in agent.members.items() if reason == NO_ANSWER_REASON}
            for ext, agent in floor.agents.items()
        }
        for ext in newest:
            self._explain(ext, tasks)

    def _hear(self, event: Event) -> str | None:
        """The agent of whom there is something new to know."""
        match event:
            case AgentRung(agent=ext):
                self._declined.discard(ext)
                self._unexplained.pop(ext, None)
            case RingEnded(agent=ext, result=RingResult.REFUSED):
                self._declined.add(ext)
            case MemberPaused(agent=ext, reason=reason, source=Source.LIVE) as paused:
                queues = self._unexplained.setdefault(ext, set())
                queues.discard(paused.queue)
                if reason in AUTOPAUSE_REASONS:
                    queues.add(paused.queue)
            case MemberUnpaused(agent=ext) | MemberRemoved(agent=ext) as free:
                self._unexplained.get(ext, set()).discard(free.queue)
            case _:
                return None
        return ext

    def _explain(self, ext: str, tasks: asyncio.TaskGroup) -> None:
        if ext in self._declined:
            for queue in self._unexplained.pop(ext, ()):
                tasks.create_task(self._send(pause_action(ext, DECLINED_REASON, queue)))

    async def _send(self, action: AmiAction) -> None:
        try:
            await self._control.send(action)
        except Refused as problem:
            # They stay paused, as if they had not answered.
            log.warning("pause not named", problem=problem.detail)
