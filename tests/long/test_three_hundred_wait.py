"""Three hundred callers wait, as many as are let in: the service lives, consoles answer, an agent works."""

import asyncio
import time
from pathlib import Path

import pytest

from tests.support.console_page import ConsolePage, chromium
from tests.support.processor import cpu_seconds
from tests.support.ringdesk_up import RingdeskUp
from tests.support.sipp_crowd import crowd
from tests.support.telephony.sip_phone import Refused, SipPhone
from tests.support.waiting import until
from tests.support.watch import watched

pytestmark = pytest.mark.timeout(900)

CALLERS, A_SECOND = 300, 6
# As many as by default, where two cores let 300 callers in; other tests have fewer.
RTP_FIRST, RTP_LAST = 30_000, 30_999
MEASURED_S = 20.0


async def test_three_hundred_callers_wait_and_an_agent_works(tmp_path: Path) -> None:
    ringdesk = RingdeskUp(tmp_path / "var")
    ringdesk.environment |= {
        "RINGDESK_ASTERISK__RTP_FIRST": str(RTP_FIRST),
        "RINGDESK_ASTERISK__RTP_LAST": str(RTP_LAST),
    }
    await ringdesk.start()
    try:
        service = ringdesk.pid("service")
        async with (
            chromium() as browser,
            crowd(ringdesk.sip_port, tmp_path, callers=CALLERS, a_second=A_SECOND),
            watched(ringdesk) as watch,
        ):
            await until(lambda: all_wait(ringdesk), within_s=240)
            await say_what_it_costs(ringdesk)

            with pytest.raises(Refused, match="486"):
                await dial_once_more(ringdesk)

            agent = await ConsolePage.open(browser, ringdesk.url)
            await agent.sign_in("lina", ringdesk.password("lina"))
            await agent.go_ready()
            await agent.answer()
            await agent.part("btn-hangup").click()
            await agent.finish("resolved")
            await agent.leave()
        print(f"longest answer of the service: {max(watch.answers_s):.2f} s")
        assert max(watch.answers_s) < 5, max(watch.answers_s)
        assert ringdesk.pid("service") == service
        assert not [line for line in ringdesk.output if "does not answer" in line or "again" in line]
    finally:
        await ringdesk.stop()


async def all_wait(ringdesk: RingdeskUp) -> bool:
    """By Asterisk's own account."""
    snapshot = await ringdesk.snapshot()
    return sum(len(queue.calls) for queue in snapshot.queues) == CALLERS


async def say_what_it_costs(ringdesk: RingdeskUp) -> None:
    """For docs/benchmarks.md; nothing is asserted of it."""
    names = ("asterisk", "service", "watchdog")
    before, began = {name: cpu_seconds(ringdesk.pid(name)) for name in names}, time.monotonic()
    await asyncio.sleep(MEASURED_S)
    lasted = time.monotonic() - began
    for name in names:
        print(f"{name}: {(cpu_seconds(ringdesk.pid(name)) - before[name]) / lasted:.0%} of one core")


async def dial_once_more(ringdesk: RingdeskUp) -> None:
    phone = await SipPhone("13900000000", ringdesk.sip_port).open()
    try:
        await phone.dial("4001")
    finally:
        phone.close()
