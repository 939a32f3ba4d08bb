"""Notices a browser's phone that sends nothing any more in mid-call, unless it was Asterisk that stood still.

Asterisk's own `rtp_timeout` counts the time in which Asterisk itself did not run: after a paused virtual
machine or a stalled disk it ends every conversation at once. So its time-out is long, for the time without
the service, and the short one is here, where a look that Asterisk does not answer proves nothing of phones.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime, timedelta

import structlog

from cti.ami.action import AmiError
from cti.ami.actions import hang_up
from cti.ami.questions import ping, variable_of
from cti.ami.snapshot import Asking
from cti.control.commands import EndPause, Refused
from cti.control.control import Control
from cti.domain.call_parts import Leg
from cti.domain.events import LegEnd
from cti.domain.pauses import PHONE_LOST_REASON
from cti.domain.ring_causes import LOST_PHONE_CAUSE
from cti.live import LiveFloor

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 2.0
# Asterisk answers such a question in a millisecond. What takes this long is no picture of one moment.
ANSWERED_WITHIN_S = 1.0
# So long after the look before, one of the two, Asterisk or this service, stood still.
STOOD_STILL_S = 3 * LOOK_EVERY_S
_RECEIVED = "CHANNEL(rtcp,rxcount,audio)"
_HOLDS = "CHANNEL(rtp,hold,audio)"


class Silence:
    """Since when each channel's count of received packets has not grown."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[int, datetime]] = {}

    def silent_for(self, counts: Mapping[str, int], now: datetime) -> Mapping[str, timedelta]:
        """Takes in one look, packets by channel; whoever is not in it is forgotten."""
        before = self._seen
        self._seen = {}
        for channel, count in counts.items():
            seen = before.get(channel)
            self._seen[channel] = seen if seen is not None and seen[0] == count else (count, now)
        return {channel: now - since for channel, (_, since) in self._seen.items()}

    def forget(self) -> None:
        """Begin anew: what was seen before says nothing any more."""
        self._seen.clear()


class SilentPhones:
    """Hangs up, as lost, the channel of a phone that was silent for `lost_after_s` while Asterisk ran.

    A phone that Asterisk took for lost while it stood still itself, and that is registered, is not lost: its
    agent is ready again, or on the pause that they had asked for.
    """

    def __init__(
        self,
        live: LiveFloor,
        control: Control,
        link: Asking,
        *,
        lost_after_s: float,
        clock: Callable[[], datetime],
    ) -> None:
        self._live = live
        self._control = control
        self._link = link
        self._lost_after = timedelta(seconds=lost_after_s)
        self._clock = clock
        self._silence = Silence()
        self._looked_at = clock()

    async def run(self) -> None:
        """Serve until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            await self.look()

    async def look(self) -> None:
        """One look at every conversation."""
        legs = {leg.channel: leg for leg in self._browsers_legs()}
        try:
            async with asyncio.timeout(ANSWERED_WITHIN_S):
                counts = await self._counts(legs.values())
        except (AmiError, TimeoutError):
            return
        since, self._looked_at = self._looked_at, self._clock()
        if self._looked_at - since > timedelta(seconds=STOOD_STILL_S):
            await self._after_standstill(since)
        for channel, silent in self._silence.silent_for(counts, self._looked_at).items():
            if silent >= self._lost_after:
                await self._lost(legs[channel])

    def _browsers_legs(self) -> Iterable[Leg]:
        """Conversations at phones that always send: on hold nobody does, and a desk phone may fall silent."""
        floor = self._live.floor
        for call in floor.calls.values():
            for leg in call.open_legs:
                info = floor.directory.agents.get(leg.agent)
                on_hold = leg.holds_known and leg.held_since is not None
                if not on_hold and info is not None and info.phone == "browser":
                    yield leg

    async def _counts(self, legs: Iterable[Leg]) -> Mapping[str, int]:
        """Packets received on each channel that still is there. Asked also for none: does Asterisk answer?"""
        await ping(self._link)
        asked = list(legs)
        replies = await asyncio.gather(*map(self._count, asked))
        return {leg.channel: count for leg, count in zip(asked, replies, strict=True) if count is not None}

    async def _count(self, leg: Leg) -> int | None:
        # Where nobody listened for a while the caller may have been put on hold unheard.
        if not leg.holds_known and await variable_of(self._link, leg.channel, _HOLDS) != "0":
            return None
        value = await variable_of(self._link, leg.channel, _RECEIVED)
        return int(value) if value is not None and value.isascii() and value.isdigit() else None

    async def _lost(self, leg: Leg) -> None:
        log.warning("phone silent in mid-call", agent=leg.agent, channel=leg.channel)
        await _tried(self._control.send(hang_up(leg.channel, LOST_PHONE_CAUSE)))

    async def _after_standstill(self, since: datetime) -> None:
        self._silence.forget()
        taken_for_lost = {
            leg.agent
            for call in self._live.floor.calls.values()
            for leg in call.legs
            if leg.end is LegEnd.PHONE_LOST and leg.ended_at is not None and leg.ended_at >= since
        }
        log.warning("Asterisk or this service stood still", since=since, phones_taken_for_lost=taken_for_lost)
        for extension in taken_for_lost:
            agent = self._live.floor.agents.get(extension)
            if agent is not None and agent.reachable and PHONE_LOST_REASON in agent.standing:
                await _tried(self._control.execute(EndPause(extension, PHONE_LOST_REASON)))


async def _tried(command: Awaitable[object]) -> None:
    try:
        await command
    except Refused as problem:
        # The next look finds the same phone still silent; a pause can be ended by its agent.
        log.warning("silent phone not dealt with", problem=str(problem))
