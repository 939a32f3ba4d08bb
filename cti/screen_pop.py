"""Looks the caller up while they are still in the menu: the record is there before any phone rings."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import structlog

from cti.bus.contract import FLOOR, Bus
from cti.domain.events import CallerIdentified, CallStarted, QueueEntered, Source
from cti.live import LiveFloor

log = structlog.get_logger(__name__)

LOOK_UP_SECONDS = 2.0
LOOK_UPS_AT_ONCE = 16
CAPACITY = 10_000


@dataclass(frozen=True, slots=True)
class Identified:
    """Who calls: the number in E.164 when it is one, and the record as the wire shows it."""

    number_e164: str | None
    record: Mapping[str, Any]


class CallerDirectory(Protocol):
    """Finds the customers behind a number as it came from SIP."""

    async def identify(self, number: str) -> Identified: ...


class ScreenPop:
    """Identifies the caller at entry, and again at the queue if that failed; the call entity carries it on.

    The look-up never delays the call: it runs beside it, bounded in number and time.
    """

    def __init__(
        self, bus: Bus, live: LiveFloor, directory: CallerDirectory, clock: Callable[[], datetime]
    ) -> None:
        self._subscription = bus.subscribe(FLOOR, capacity=CAPACITY)
        self._live = live
        self._directory = directory
        self._clock = clock
        self._slots = asyncio.Semaphore(LOOK_UPS_AT_ONCE)

    async def run(self) -> None:
        """Serve until cancelled."""
        async with asyncio.TaskGroup() as look_ups:
            async for applied in self._subscription:
                match applied.event:
                    case CallStarted(call_id=call_id) | QueueEntered(call_id=call_id):
                        if self._number_of(call_id) is not None:
                            look_ups.create_task(self._identify(call_id))

    def _number_of(self, call_id: str) -> str | None:
        """The number to look up; None when that is done, or the call is gone from the floor."""
        call = self._live.floor.calls.get(call_id)
        return call.number if call is not None and call.record is None else None

    async def _identify(self, call_id: str) -> None:
        """Also of a caller who has hung up: the history has to know who called."""
        try:
            async with self._slots, asyncio.timeout(LOOK_UP_SECONDS):
                # Asked here, not before: a long past that is told leaves thousands waiting, most for nothing.
                number = self._number_of(call_id)
                if number is None:
                    return
                found = await self._directory.identify(number)
        except Exception as problem:
            # The call must go on with or without its record; the agent sees that it is missing.
            log.warning("caller not identified", call=call_id, problem=repr(problem))
            return
        if self._number_of(call_id) is not None:
            self._live.observe(
                CallerIdentified(
                    at=self._clock(),
                    source=Source.SERVICE,
                    call_id=call_id,
                    number_e164=found.number_e164,
                    record=found.record,
                )
            )
