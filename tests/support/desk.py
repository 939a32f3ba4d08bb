"""A small contact centre in memory: floor, bus, control and a link that only notes what it was asked."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cti.ami.action import ActionReply, AmiAction, AmiAway
from cti.bus.local import LocalBus
from cti.control.control import Control
from cti.domain import events as ev
from cti.domain.agent import AgentInfo
from cti.domain.floor import Directory, Floor
from cti.domain.queue import QueueInfo
from cti.live import LiveFloor
from cti.port import LocalFloorPort

T0 = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def no_test_call(test: object) -> AmiAction:
    """The action of a test call where there is none to be placed."""
    return AmiAction({})


class NotingLink:
    """Stands for Asterisk: keeps what it was asked, answers success, and can be away."""

    def __init__(self) -> None:
        self.asked: list[Mapping[str, str]] = []
        self.away = False
        self._stirred = asyncio.Event()

    async def action(self, fields: Mapping[str, str]) -> ActionReply:
        if self.away:
            raise AmiAway("not connected")
        self.asked.append(fields)
        self._stirred.set()
        return ActionReply(True, "done", {})

    async def until_asked(self, count: int) -> list[Mapping[str, str]]:
        """Wait, bounded in time, until so many actions have come."""
        async with asyncio.timeout(5):
            while len(self.asked) < count:
                self._stirred.clear()
                await self._stirred.wait()
        return self.asked


@dataclass
class Desk:
    bus: LocalBus
    live: LiveFloor
    link: NotingLink
    control: Control
    port: LocalFloorPort

    def observe(self, *events: ev.Event) -> None:
        self.live.observe_all(events)


def desk() -> Desk:
    directory = Directory(
        agents={e: AgentInfo(e, n, f"u{n}", f"Agent {n}") for n, e in enumerate(["1001", "1002"])},
        queues={"service": QueueInfo("service", "服务", "Service", wrap_up_seconds=30)},
        timezone=ZoneInfo("UTC"),
    )
    bus = LocalBus()
    live = LiveFloor(Floor(directory, epoch="e", now=T0), bus)
    live.observe(ev.LinkUp(at=T0))
    link = NotingLink()
    control = Control(live, link, bus, clock=lambda: at(1000), test_call=no_test_call)
    # Looked up when it is asked, so that a test may put another control there.
    port = LocalFloorPort(live, bus, lambda command: control.execute(command), lambda: at(1000))
    return Desk(bus, live, link, control, port)


@asynccontextmanager
async def running(run: Callable[[], Any]) -> AsyncIterator[None]:
    """The service as a task, from its first wait on until the end of the block."""
    task = asyncio.create_task(run())
    await settle()
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def settle() -> None:
    """Let every task that can go on do so; nothing here waits for time."""
    for _ in range(20):
        await asyncio.sleep(0)


CALL_TO_1001: tuple[ev.Event, ...] = (
    ev.MemberAdded(at=at(0), agent="1001", queue="service"),
    ev.CallStarted(at=at(1), call_id="c1", number="+8613800138000", channel="PJSIP/trunk-1"),
    ev.QueueEntered(at=at(2), call_id="c1", queue="service"),
    ev.AgentRung(at=at(3), call_id="c1", agent="1001"),
    ev.LegStarted(at=at(4), call_id="c1", agent="1001", channel="PJSIP/1001-1"),
)
