"""Notices a phone that vanished in mid-call, so that its caller returns to the front of the queue."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from cti.ami.action import AmiError
from cti.ami.normaliser import LOST_PHONE_CAUSE
from cti.bus.contract import FLOOR, PHONE, Bus
from cti.control.commands import AmiAction, PhoneInstruction, Refused
from cti.control.control import Control
from cti.domain.events import AgentRung, ContactRemoved, Direction, Source
from cti.domain.floor import Applied
from cti.live import LiveFloor

log = structlog.get_logger(__name__)

CAPACITY = 10_000
# A reload or a moved tab registers anew within this time, but its conversation is gone with the old page;
# what this waits for is the same page's socket coming back after a network hiccup.
RECONNECT_SECONDS = 3.0


class PhoneGuard:
    """Hangs up the agent's channel with the cause of a lost phone when its registration does not come back.

    `registered` asks Asterisk whether the extension has a contact now. Also tells the agent's phone to take
    the ring of their own click to dial, which needs no second click.
    """

    def __init__(
        self,
        bus: Bus,
        live: LiveFloor,
        control: Control,
        registered: Callable[[str], Awaitable[bool]],
    ) -> None:
        self._subscription = bus.subscribe(FLOOR, capacity=CAPACITY)
        self._bus = bus
        self._live = live
        self._control = control
        self._registered = registered

    async def run(self) -> None:
        """Serve until cancelled."""
        async with asyncio.TaskGroup() as checks:
            async for applied in self._subscription:
                if isinstance(applied.event, ContactRemoved) and self._legs(applied.event.agent):
                    checks.create_task(self._check(applied.event.agent))
                self._take_own_ring(applied)

    def _legs(self, agent: str) -> list[str]:
        calls = self._live.floor.calls.values()
        return [leg.channel for call in calls for leg in call.open_legs if leg.agent == agent]

    async def _check(self, agent: str) -> None:
        await asyncio.sleep(RECONNECT_SECONDS)
        try:
            if await self._registered(agent):
                return
            for channel in self._legs(agent):
                log.warning("phone lost in mid-call", agent=agent, channel=channel)
                fields = {"Action": "Hangup", "Channel": channel, "Cause": str(LOST_PHONE_CAUSE)}
                await self._control.send(AmiAction(fields, harmless=("No such channel",)))
        except (Refused, AmiError) as problem:
            # Without Asterisk's answer its own RTP time-out ends the leg.
            log.warning("lost phone not checked", agent=agent, problem=str(problem))

    def _take_own_ring(self, applied: Applied) -> None:
        event = applied.event
        if not isinstance(event, AgentRung) or not applied.calls:
            return
        if event.source is Source.RECORD:
            return  # That was some time ago: what rings now may be another call.
        call = applied.calls[0]
        if call.direction is Direction.OUTBOUND and call.own_agent == event.agent:
            self._bus.publish(PHONE, PhoneInstruction(event.agent, "answer", call.id))
