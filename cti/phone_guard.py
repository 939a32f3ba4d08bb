"""Notices a phone that vanished in mid-call, so that its caller returns to the front of the queue."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial

import structlog

from cti.ami.action import AmiError
from cti.ami.actions import hang_up
from cti.bus.contract import Bus
from cti.bus.topics import PHONE
from cti.control.commands import PhoneInstruction, Refused
from cti.control.control import Control
from cti.domain.call_parts import Leg
from cti.domain.delta import FloorDelta
from cti.domain.events import AgentRung, ContactRemoved, Direction, Source
from cti.domain.ring_causes import LOST_PHONE_CAUSE
from cti.domain.views import CallView
from cti.replica import FloorFeed, FloorReplica, following_floor

log = structlog.get_logger(__name__)

CAPACITY = 10_000
# A reload or a moved tab registers anew within this time, but its conversation is gone with the old page;
# what this waits for is the same page's socket coming back after a network hiccup.
RECONNECT_SECONDS = 3.0


class PhoneGuard:
    """Hangs up the agent's channel with the cause of a lost phone when its registration does not come back.

    `registered` asks Asterisk whether the extension has a contact now. `withdrawn_at` says when the firm took
    the registration away, None when it did not: such a phone is not lost, and its conversation goes on. Also
    tells the agent's phone to take the ring of their own click to dial, which needs no second click.
    """

    def __init__(
        self,
        feed: FloorFeed,
        bus: Bus,
        control: Control,
        registered: Callable[[str], Awaitable[bool]],
        withdrawn_at: Callable[[str], Awaitable[datetime | None]],
    ) -> None:
        self._feed = feed
        self._floor = FloorReplica()
        self._bus = bus
        self._control = control
        self._registered = registered
        self._checked: set[str] = set()
        self._withdrawn_at = withdrawn_at

    async def run(self) -> None:
        """Serve until cancelled."""
        async with asyncio.TaskGroup() as checks:
            start = partial(self._look_at_all, checks)
            async for delta in following_floor(self._feed, self._floor, capacity=CAPACITY, start=start):
                if isinstance(delta.event, ContactRemoved):
                    self._suspect(delta.event.agent, checks)
                self._take_own_ring(delta)

    def _look_at_all(self, checks: asyncio.TaskGroup) -> None:
        """Whoever talks may have lost their phone unheard, and a ring of their own may still go on."""
        for call in self._floor.calls.values():
            for leg in call.open_legs:
                self._suspect(leg.agent, checks)
            self._answer_own_ring(call)

    def _suspect(self, agent: str, checks: asyncio.TaskGroup) -> None:
        """One check of each agent at a time, however often their phone comes and goes."""
        if agent not in self._checked and self._legs(agent):
            self._checked.add(agent)
            checks.create_task(self._check(agent))

    def _legs(self, agent: str) -> list[Leg]:
        calls = self._floor.calls.values()
        return [leg for call in calls for leg in call.open_legs if leg.agent == agent]

    async def _check(self, agent: str) -> None:
        await asyncio.sleep(RECONNECT_SECONDS)
        # What is removed from now on is not seen by this check.
        self._checked.discard(agent)
        try:
            if await self._registered(agent):
                return
            withdrawn_at = await self._withdrawn_at(agent)
            for leg in self._legs(agent):
                if withdrawn_at is not None and withdrawn_at >= leg.started_at:
                    continue  # If it is really gone as well, Asterisk's RTP time-out notices.
                log.warning("phone lost in mid-call", agent=agent, channel=leg.channel)
                await self._control.send(hang_up(leg.channel, LOST_PHONE_CAUSE))
        except (Refused, AmiError) as problem:
            # Without Asterisk's answer its own RTP time-out ends the leg.
            log.warning("lost phone not checked", agent=agent, problem=str(problem))

    def _take_own_ring(self, delta: FloorDelta) -> None:
        event = delta.event
        if not isinstance(event, AgentRung) or not delta.calls:
            return
        if event.source is Source.RECORD:
            return  # That was some time ago: what rings now may be another call.
        if delta.calls[0].own_agent == event.agent:
            self._answer_own_ring(delta.calls[0])

    def _answer_own_ring(self, call: CallView) -> None:
        own = call.own_agent
        if call.direction is Direction.OUTBOUND and own is not None and call.offer_to(own) is not None:
            self._bus.publish(PHONE, PhoneInstruction(own, "answer", call.id))
