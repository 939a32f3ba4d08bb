"""Looks the caller up while they are still in the menu: the record is there before any phone rings."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import structlog

from crm.rules.caller import Identified
from cti.domain.events import CallerIdentified, CallStarted, QueueEntered, Source
from cti.port import FloorPort
from cti.replica import FloorReplica, following_floor

log = structlog.get_logger(__name__)

LOOK_UP_SECONDS = 2.0
LOOK_UPS_AT_ONCE = 16
# Callers whose turn has not come. With more the oldest is not looked up now: the queue asks again.
MOST_IN_LINE = 2_000
# Who has not had a turn by then stays without a record until the queue asks again.
PATIENCE_SECONDS = 20.0
CAPACITY = 10_000


class CallerDirectory(Protocol):
    """Finds the customers behind a number as it came from SIP."""

    async def identify(self, number: str) -> Identified: ...


class ScreenPop:
    """Identifies the caller at entry, and again at the queue if that failed; the call entity carries it on.

    The look-up never delays the call: so many at once run beside it, the others stand in a line, and both
    have an end in number and time.
    """

    def __init__(self, port: FloorPort, directory: CallerDirectory, clock: Callable[[], datetime]) -> None:
        self._port = port
        self._floor = FloorReplica()
        self._directory = directory
        self._clock = clock
        self._line: asyncio.Queue[tuple[str, float]] = asyncio.Queue(MOST_IN_LINE)

    async def run(self) -> None:
        """Serve until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for _ in range(LOOK_UPS_AT_ONCE):
                tasks.create_task(self._look_up_one_after_the_other())
            following = following_floor(self._port, self._floor, capacity=CAPACITY, start=self._want_all)
            async for delta in following:
                match delta.event:
                    case CallStarted(call_id=call_id) | QueueEntered(call_id=call_id):
                        self._want(call_id)

    def _want_all(self) -> None:
        for call_id in self._floor.calls:
            self._want(call_id)

    def _want(self, call_id: str) -> None:
        """Put the call in line, if nobody knows who calls."""
        if self._number_of(call_id) is None:
            return
        if self._line.full():
            late, _ = self._line.get_nowait()
            log.warning("caller not identified", call=late, problem="too many others wait")
        self._line.put_nowait((call_id, asyncio.get_running_loop().time()))

    def _number_of(self, call_id: str) -> str | None:
        """The number to look up; None when that is done, or the call is gone from the floor."""
        call = self._floor.calls.get(call_id)
        return call.number if call is not None and call.record is None else None

    async def _look_up_one_after_the_other(self) -> None:
        while True:
            call_id, since = await self._line.get()
            if asyncio.get_running_loop().time() - since > PATIENCE_SECONDS:
                log.warning("caller not identified", call=call_id, problem="waited too long for a turn")
            else:
                await self._identify(call_id)

    async def _identify(self, call_id: str) -> None:
        """Also of a caller who has hung up: the history has to know who called."""
        # Asked here, not before: a long past that is told leaves thousands waiting, most for nothing.
        number = self._number_of(call_id)
        if number is None:
            return
        try:
            async with asyncio.timeout(LOOK_UP_SECONDS):
                found = await self._directory.identify(number)
        except Exception as problem:
            # The call must go on with or without its record; the agent sees that it is missing.
            log.warning("caller not identified", call=call_id, problem=repr(problem))
            return
        if self._number_of(call_id) is not None:
            self._port.observe(
                CallerIdentified(
                    at=self._clock(),
                    source=Source.SERVICE,
                    call_id=call_id,
                    number_e164=found.number_e164,
                    record=found.record,
                )
            )
