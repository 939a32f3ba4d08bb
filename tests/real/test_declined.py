"""A phone that declines, on a real Asterisk: the live picture and Asterisk's own records say so."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import pytest

from cti.ami.link import AmiLink
from cti.ami.normaliser import WANTED
from cti.bus.local import LocalBus
from cti.control.control import Control
from cti.domain.events import RingResult
from cti.domain.floor import Floor
from cti.live import LiveFloor
from cti.pauses import Pauses
from cti.port import LocalFloorPort
from cti.session import AsteriskSession, CatchUp
from cti.settings import AmiSettings
from tests.support.desk import no_test_call
from tests.support.telephony.lab import SECRETS, Lab, add_member
from tests.support.traces import DIRECTORY
from tests.support.waiting import until


def clock() -> datetime:
    return datetime.now(UTC)


class NoRecords:
    async def catch_up(self, since: datetime | None) -> CatchUp:
        return CatchUp((), recovered=True)


@asynccontextmanager
async def watched(lab: Lab) -> AsyncIterator[Floor]:
    """The floor of a service that does nothing but to listen and to keep pauses."""
    bus = LocalBus()
    live = LiveFloor(Floor(DIRECTORY, epoch="e", now=clock()), bus)
    session = AsteriskSession(live, NoRecords(), clock=clock, last_heard=None, penalty=lambda agent, queue: 0)
    settings = AmiSettings.model_validate({"port": lab.spec.ports.ami, "secret": SECRETS.ami})
    link = AmiLink(settings, wanted=WANTED, on_event=session.on_event, on_state=session.on_state)
    session.link = link
    control = Control(live, link, bus, clock=clock, test_call=no_test_call)
    parts = asyncio.gather(
        link.run(), Pauses(LocalFloorPort(live, bus, control.execute, clock), control.pauses).run()
    )

    async def up() -> bool:
        return live.floor.system.link.up

    try:
        await until(up)
        yield live.floor
    finally:
        parts.cancel()
        with suppress(asyncio.CancelledError):
            await parts


@pytest.mark.parametrize("answer", ["486 Busy Here", "603 Decline"])
async def test_who_declines_is_paused_as_one_who_declined(lab: Lab, answer: str) -> None:
    ami = await lab.tap()
    async with watched(lab) as floor:
        first = await lab.agent("1001", "service", "sales", ami=ami)
        second = await lab.agent("1002")
        await add_member(ami, "service", "1002", Penalty="1")
        await (await lab.caller()).dial("4001")
        (await first.ring()).refuse(answer)
        await (await second.ring()).answer()

        async def named() -> bool:
            return set(floor.agents["1001"].members.values()) == {"declined"}

        async def answered() -> list[RingResult | None] | None:
            results = [offer.result for call in floor.calls.values() for offer in call.offers]
            return results if RingResult.ANSWERED in results else None

        await until(named)
        assert await until(answered) == [RingResult.REFUSED, RingResult.ANSWERED]
    log = lab.folders.queue_log.read_text()
    assert [f"|{queue}|1001|PAUSE|declined" in log for queue in ("service", "sales")] == [True, True]
