"""Lets the day turn on the floor at midnight, also when no call comes: time passing is a fact like others."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from cti.domain.events import DayBegan, Source
from cti.live import LiveFloor

# A machine that slept, or whose clock was set, notices so late at most.
LOOK_EVERY_S = 30.0


class DayTurn:
    """Sleeps until the floor's day is over, then says so: the figures begin anew on every open console."""

    def __init__(
        self,
        live: LiveFloor,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._live = live
        self._clock = clock
        self._sleep = sleep

    async def run(self) -> None:
        """Serve until cancelled."""
        while True:
            now = self._clock()
            left_s = (self._live.floor.day_ends - now).total_seconds()
            if left_s <= 0:
                self._live.observe(DayBegan(at=now, source=Source.SERVICE))
            else:
                await self._sleep(min(left_s, LOOK_EVERY_S))
