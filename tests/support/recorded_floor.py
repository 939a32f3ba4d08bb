"""A floor on a bus with a recorder behind it, and a call to play on it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from crm.rules.caller import CallerRecord, Match
from cti.bus.local import LocalBus
from cti.bus.topics import FLOOR
from cti.domain import events as ev
from cti.domain.agent import AgentInfo
from cti.domain.floor import Directory, Floor
from cti.domain.queue import QueueInfo
from cti.live import LiveFloor
from cti.recorder.recorder import Recorder
from cti.recorder.settings import RecorderSettings
from storage.pools import Connections

T0 = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
# Short pauses, so that tests need not wait; nothing is asserted about how long anything takes.
QUICK = {"batch_seconds": 0.01, "retry_first_s": 0.02, "retry_max_s": 0.05}


def at(seconds: float) -> datetime:
    """So many seconds after the beginning."""
    return T0 + timedelta(seconds=seconds)


class RecordedFloor:
    """One run of the service, as far as recording goes."""

    def __init__(self, database: Connections, spool: Path, *, epoch: str = "e1", **settings: float) -> None:
        directory = Directory(
            agents={"1001": AgentInfo("1001", 1, "lina", "Li Na")},
            queues={"service": QueueInfo("service", "服务", "Service")},
            timezone=ZoneInfo("UTC"),
        )
        self.bus = LocalBus()
        self.live = LiveFloor(Floor(directory, epoch=epoch, now=T0), self.bus)
        self.watching = self.bus.subscribe(FLOOR, capacity=100_000)
        self.recorder = Recorder(
            self.bus,
            database,
            spool,
            report=self.live.observe,
            current_calls=lambda: self.live.snapshot(T0).calls,
            to_e164=lambda number: None,
            clock=lambda: T0,
            settings=RecorderSettings.model_validate({**QUICK, **settings}),
        )

    @asynccontextmanager
    async def recording(self) -> AsyncIterator[None]:
        """Record inside the block; at its end the recorder is cancelled as at the end of the service."""
        running = asyncio.create_task(self.recorder.run())
        await asyncio.sleep(0)  # a task cancelled before its first step would do nothing at all
        try:
            yield
        finally:
            running.cancel()
            await asyncio.wait({running})
            if not running.cancelled():
                running.result()

    async def told(self, kind: type[ev.Event]) -> ev.Event:
        """Wait for the next event of this kind on the floor."""
        async with asyncio.timeout(20):
            async for delta in self.watching:
                if isinstance(delta.event, kind):
                    return delta.event
        raise AssertionError(f"the floor ended without {kind.__name__}")

    def play_call(self, call_id: str, start: float = 0.0) -> None:
        """A call through menu, queue and conversation with a hold, and its after-call work."""

        def moment(seconds: float) -> datetime:
            return at(start + seconds)

        self.live.observe_all(
            [
                ev.CallStarted(
                    at=moment(0), call_id=call_id, hotline="4001", number="13800138000", name="\0'"
                ),
                ev.CallerIdentified(
                    at=moment(0.1),
                    call_id=call_id,
                    number_e164="+8613800138000",
                    record=CallerRecord(Match.UNKNOWN),
                ),
                ev.MenuStepTaken(at=moment(5), call_id=call_id, step="main", kind="menu", exit="1", keys="1"),
                ev.QueueEntered(at=moment(6), call_id=call_id, queue="service", priority=5),
                ev.AgentRung(at=moment(10), call_id=call_id, agent="1001", queue="service"),
                ev.LegStarted(at=moment(14), call_id=call_id, agent="1001", channel="PJSIP/1001-1"),
                ev.LegHeld(at=moment(20), call_id=call_id, agent="1001"),
                ev.LegResumed(at=moment(30), call_id=call_id, agent="1001"),
                ev.LegEnded(at=moment(60), call_id=call_id, agent="1001", reason=ev.LegEnd.HANGUP),
                ev.CallEnded(at=moment(60), call_id=call_id, cause=16),
                ev.WrapUpEnded(at=moment(80), agent="1001", call_id=call_id, timed_out=True),
            ]
        )
