"""A service on the lab's Asterisk that keeps a floor and carries commands out, and no more."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from cti.ami.link import AmiLink
from cti.ami.normaliser import WANTED
from cti.bus.local import LocalBus
from cti.control.control import Control
from cti.domain.floor import Floor
from cti.live import LiveFloor
from cti.session import AsteriskSession, CatchUp
from cti.settings import AmiSettings
from tests.support.desk import no_test_call
from tests.support.telephony.lab import SECRETS, Lab
from tests.support.traces import DIRECTORY
from tests.support.waiting import until


@dataclass(frozen=True, slots=True)
class Watched:
    """What it hears, and the door for commands."""

    floor: Floor
    control: Control


class NoRecords:
    """Whoever listens from the beginning has nothing to read."""

    async def catch_up(self, since: datetime | None) -> CatchUp:
        """Nothing."""
        return CatchUp((), recovered=True)


def _clock() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def watched(lab: Lab) -> AsyncIterator[Watched]:
    """Yields when it is connected."""
    bus = LocalBus()
    live = LiveFloor(Floor(DIRECTORY, epoch="e", now=_clock()), bus)
    session = AsteriskSession(
        live, NoRecords(), clock=_clock, last_heard=None, penalty=lambda agent, queue: 0
    )
    settings = AmiSettings.model_validate({"port": lab.spec.ports.ami, "secret": SECRETS.ami})
    link = AmiLink(settings, wanted=WANTED, on_event=session.on_event, on_state=session.on_state)
    session.link = link
    control = Control(live, link, bus, clock=_clock, test_call=no_test_call)
    running = asyncio.create_task(link.run())

    async def up() -> bool:
        return live.floor.system.link.up

    try:
        await until(up)
        yield Watched(live.floor, control)
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
