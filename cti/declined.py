"""Gives the pause of an agent who declined its own name: Asterisk pauses them as if they had let it ring."""

import asyncio

import structlog

from cti.bus.contract import FLOOR, Bus
from cti.control.commands import AmiAction, Refused
from cti.control.control import Control
from cti.control.rules import pause_action
from cti.domain.agent import AUTOPAUSE_REASONS, DECLINED_REASON
from cti.domain.events import (
    AgentRung,
    MemberPaused,
    MemberRemoved,
    MemberUnpaused,
    RingEnded,
    RingResult,
    Source,
)

log = structlog.get_logger(__name__)

CAPACITY = 10_000


class Declined:
    """Pauses again with the true reason, so that it stands in Asterisk's own records as well.

    Queue by queue: Asterisk is still on its way through the agent's queues when the first pause is heard, and
    would write its own reason over one given for all. Why the ring ended is heard before the pauses or after.
    """

    def __init__(self, bus: Bus, control: Control) -> None:
        self._subscription = bus.subscribe(FLOOR, capacity=CAPACITY)
        self._control = control
        self._declined: set[str] = set()
        self._unexplained: dict[str, set[str]] = {}

    async def run(self) -> None:
        """Serve until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            async for applied in self._subscription:
                match applied.event:
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
                        continue
                if ext in self._declined:
                    for queue in self._unexplained.pop(ext, ()):
                        tasks.create_task(self._send(pause_action(ext, DECLINED_REASON, queue)))

    async def _send(self, action: AmiAction) -> None:
        try:
            await self._control.send(action)
        except Refused as problem:
            # They stay paused, as if they had not answered.
            log.warning("pause not named", problem=problem.detail)
