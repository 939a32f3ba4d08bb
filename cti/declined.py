"""Gives the pause of an agent who declined its own name: Asterisk pauses them as if they had let it ring."""

import asyncio

import structlog

from cti.bus.contract import FLOOR, Bus
from cti.control.commands import AmiAction, Refused
from cti.control.control import Control
from cti.control.rules import pause_action
from cti.domain.agent import AUTOPAUSE_REASONS, DECLINED_REASON
from cti.domain.events import AgentRung, MemberPaused, RingEnded, RingResult, Source

log = structlog.get_logger(__name__)

CAPACITY = 10_000


class Declined:
    """Pauses again with the true reason, so that it stands in Asterisk's own records as well."""

    def __init__(self, bus: Bus, control: Control) -> None:
        self._subscription = bus.subscribe(FLOOR, capacity=CAPACITY)
        self._control = control
        self._declined: set[str] = set()

    async def run(self) -> None:
        """Serve until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            async for applied in self._subscription:
                match applied.event:
                    case AgentRung(agent=ext):
                        self._declined.discard(ext)
                    case RingEnded(agent=ext, result=RingResult.REFUSED):
                        self._declined.add(ext)
                    case MemberPaused(agent=ext, reason=reason, source=Source.LIVE):
                        if ext in self._declined and reason in AUTOPAUSE_REASONS:
                            # Asterisk pauses in all queues at once; so does this.
                            self._declined.discard(ext)
                            tasks.create_task(self._send(pause_action(ext, DECLINED_REASON)))

    async def _send(self, action: AmiAction) -> None:
        try:
            await self._control.send(action)
        except Refused as problem:
            # They stay paused, as if they had not answered.
            log.warning("pause not named", problem=problem.detail)
