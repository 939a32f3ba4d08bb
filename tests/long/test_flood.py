"""Six hundred callers in eight seconds: the others get through, a conversation goes on, the service lives."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.console_page import ConsolePage, chromium
from tests.support.ringdesk_up import RingdeskUp
from tests.support.sipp_caller import calling
from tests.support.sipp_flood import flood
from tests.support.telephony.sip_phone import PhoneCall, Refused, SipPhone
from tests.support.waiting import until
from tests.support.watch import watched

pytestmark = pytest.mark.timeout(400)

CALLS, A_SECOND = 600, 75
CARRIER, OTHER = "127.0.0.2", "127.0.0.3"
TRUNKS = [
    {"name": "carrier", "host": CARRIER, "matches": [CARRIER]},
    {"name": "other", "host": OTHER, "matches": [OTHER]},
]
FLOODER = "13700000000"
# Of 400 sound ports 120 callers may have some, of these one trunk 96: none of the flood hangs up meanwhile.
SHARE = 96


@pytest.fixture
async def ringdesk(tmp_path: Path) -> AsyncIterator[RingdeskUp]:
    running = RingdeskUp(tmp_path / "var")
    running.environment["RINGDESK_ASTERISK__TRUNKS"] = json.dumps(TRUNKS)
    await running.start()
    try:
        yield running
    finally:
        await running.stop()


async def real_callers(port: int, host: str, until_done: asyncio.Event) -> list[PhoneCall | int]:
    """Somebody who rings, is answered and hangs up again, once a second as long as the flood lasts."""
    results: list[PhoneCall | int] = []
    while not until_done.is_set():
        phone = await SipPhone(f"139{len(results):08}", port, host=host).open()
        try:
            call = await phone.dial("4001")
            await call.hang_up()
            results.append(call)
        except Refused as refusal:
            results.append(refusal.status)
        finally:
            phone.close()
        await asyncio.sleep(1)
    return results


async def test_a_flood_from_one_number_and_one_by_one_trunk_cost_nobody_else(
    ringdesk: RingdeskUp, tmp_path: Path
) -> None:
    service = ringdesk.pid("service")
    async with chromium() as browser:
        agent = await ConsolePage.open(browser, ringdesk.url)
        await agent.sign_in("lina", ringdesk.password("lina"))
        await agent.go_ready()
        chief = await ConsolePage.open(browser, ringdesk.url)
        await chief.sign_in("zhaomin", ringdesk.password("zhaomin"))
        async with calling(ringdesk.sip_port, tmp_path, key="1"), watched(ringdesk) as watch:
            await agent.state("ringing", within_ms=60_000)
            await agent.part("btn-answer").click()
            await agent.state("talking")
            by_number = await during(ringdesk, tmp_path, [FLOODER], CARRIER)
            by_trunk = await during(ringdesk, tmp_path, [f"136{n:08}" for n in range(CALLS)], OTHER)
            await agent.until_audio_flows()
            await agent.state("talking")
        # One number's flood is nothing to others on its trunk, one trunk's nothing to another.
        assert [result for result in by_number if isinstance(result, int)] == []
        assert [result for result in by_trunk if isinstance(result, int)] == []
        assert max(watch.answers_s) < 5, max(watch.answers_s)
        assert ringdesk.pid("service") == service
        assert not [line for line in ringdesk.output if "does not answer" in line or "again" in line]

        # Ten of the one number were let in, and of the other flood a trunk's share of the machine.
        causes = await until(lambda: counted(chief, at_least=2 * CALLS - 10 - SHARE))
        assert causes["number_limit"] == CALLS - 10
        assert causes["rate_limit"] + causes["trunk_limit"] == CALLS - SHARE
        assert set(causes) == {"number_limit", "rate_limit", "trunk_limit"}
        await chief.part("trouble-calls_refused").wait_for()
        await chief.part("cure-show_refused").click()
        await chief.part("refused-row").first.wait_for()
        await chief.shoot(tmp_path, "flood")
    status, printed = await ringdesk.command("doctor")
    assert f"{CALLS - 10} of the last 24 hours by carrier: too many at once from one number" in printed
    assert FLOODER not in printed
    assert FLOODER not in "".join(
        path.read_text(errors="replace") for path in ringdesk.home.rglob("service.log")
    )
    assert status in (0, 1)


async def counted(page: ConsolePage, at_least: int) -> dict[str, int] | None:
    """How many calls were turned away for which cause, once all of them are in the list."""
    causes: dict[str, int] = {}
    following = ""
    while True:
        found = await page.api("GET", f"/refused-calls?limit=200{following}")
        for item in found["items"]:
            causes[item["cause"]] = causes.get(item["cause"], 0) + item["count"]
        if found["next"] is None:
            return causes if sum(causes.values()) >= at_least else None
        following = f"&before={found['next']}"


async def during(
    ringdesk: RingdeskUp, folder: Path, numbers: list[str], address: str
) -> list[PhoneCall | int]:
    """A flood by the trunk of `address`, and what becomes of real callers by the carrier meanwhile."""
    over = asyncio.Event()
    others = asyncio.create_task(real_callers(ringdesk.sip_port, CARRIER, over))
    await flood(
        ringdesk.sip_port, folder, numbers, calls=CALLS, a_second=A_SECOND, address=address, stay_ms=12_000
    )
    over.set()
    return await others
