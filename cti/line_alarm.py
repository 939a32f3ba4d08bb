"""Raises the alarm when calls out fail by the line again and again, until one gets through."""

from collections.abc import Callable
from datetime import datetime

import structlog

from cti.domain.events import DialEnded, Source
from cti.domain.line import LineChanged, LineHistory, Streak
from cti.port import FloorPort
from cti.replica import FloorReplica, following_floor

log = structlog.get_logger(__name__)

CAPACITY = 10_000


class LineAlarm:
    """Follows what comes of dialled numbers, live and from Asterisk's records.

    `history` may begin with what came of those before the start.
    """

    def __init__(self, port: FloorPort, clock: Callable[[], datetime]) -> None:
        self._port = port
        self._floor = FloorReplica()
        self._clock = clock
        self.history = LineHistory()
        self._told: Streak | None = None

    @property
    def trouble(self) -> str | None:
        """One line for the health report, None when all is well."""
        streak = self._told
        if streak is None:
            return None
        what = streak.result.replace("_", " ")
        return f"calls out fail: {streak.count} in a row since {streak.since:%Y-%m-%d %H:%M} UTC, {what}"

    async def run(self) -> None:
        """Serve until cancelled."""
        following = following_floor(self._port, self._floor, capacity=CAPACITY, start=self._look_at_all)
        async for delta in following:
            if isinstance(delta.event, DialEnded):
                self._hear(delta.event)

    def _look_at_all(self) -> None:
        for call in self._floor.calls.values():
            if call.dialled is not None:
                self._note(call.dialled)
        self._tell()

    def _hear(self, event: DialEnded) -> None:
        self._note(event)
        self._tell()

    def _note(self, event: DialEnded) -> None:
        self.history.note(event.call_id, event.at, event.result)

    def _tell(self) -> None:
        streak = self.history.streak()
        if streak == self._told:
            return
        self._told = streak
        if streak is None:
            log.info("the line out works again")
        else:
            log.warning("calls out fail by the line", result=streak.result, count=streak.count)
        self._port.observe(LineChanged(at=self._clock(), source=Source.SERVICE, streak=streak))
