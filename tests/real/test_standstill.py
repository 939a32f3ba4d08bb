"""A browser's phone in mid-call: silence loses it, a standstill of Asterisk does not."""

import asyncio
import signal
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.support.console_page import ConsolePage
from tests.support.ringdesk_up import RingdeskUp, running_ringdesk
from tests.support.waiting import until

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(180)]

# More than the silence that means a lost phone, and than the link's patience with a silent Asterisk.
STANDSTILL_S = 14.0
LOST = {"phone_lost", "phone_stays_lost"}
KEEP_CONNECTIONS = """
    window.connections = [];
    const Plain = window.RTCPeerConnection;
    window.RTCPeerConnection = class extends Plain {
        constructor(...given) { super(...given); window.connections.push(this); }
    };
"""
SEND_NOTHING = """
    () => Promise.all(window.connections.flatMap((c) => c.getSenders()).map((s) => s.replaceTrack(null)))
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ringdesk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RingdeskUp]:
    async with running_ringdesk(tmp_path_factory.mktemp("ringdesk"), short_menu=True) as ringdesk:
        yield ringdesk


@pytest_asyncio.fixture(loop_scope="module")
async def talking(ringdesk: RingdeskUp, browser: Browser) -> AsyncIterator[ConsolePage]:
    """Li Na in conversation with a test caller."""
    page = await ConsolePage.open(browser, ringdesk.url)
    await page.page.add_init_script(KEEP_CONNECTIONS)
    await page.page.reload()
    await page.sign_in("lina", ringdesk.password("lina"))
    await page.go_ready()
    await page.place_test_call(keys="1")
    await page.answer()
    yield page
    await ringdesk.hang_up_all()
    await page.leave()


async def reasons(ringdesk: RingdeskUp) -> set[str]:
    return {reason for agent, _, reason in await ringdesk.members() if agent == "1001"}


async def test_a_conversation_outlives_a_standstill_of_asterisk(
    ringdesk: RingdeskUp, talking: ConsolePage
) -> None:
    asterisk = ringdesk.kill("asterisk", signal.SIGSTOP)
    await asyncio.sleep(STANDSTILL_S)  # The time itself is what is tried.
    assert ringdesk.kill("asterisk", signal.SIGCONT) == asterisk
    await ringdesk.until_healthy()
    await talking.until_audio_flows()
    await talking.state("talking")
    assert await reasons(ringdesk) == {""}
    await talking.part("btn-hangup").click()
    await talking.finish("resolved")


@pytest.mark.parametrize(
    "unheard", [False, True], ids=["heard all the time", "after a service that was away"]
)
async def test_a_phone_whose_sound_stops_gives_its_caller_back(
    ringdesk: RingdeskUp, talking: ConsolePage, unheard: bool
) -> None:
    def times_lost() -> int:
        # Asterisk's own journal: the pause for the after-call work may follow at once.
        log = ringdesk.home / "asterisk" / "log" / "queue_log"
        return log.read_text().count("|1001|PAUSE|phone_lost")

    before = times_lost()
    if unheard:
        ringdesk.kill("service")
        await ringdesk.until_said("service runs again")
        await ringdesk.until_healthy()
    await talking.page.evaluate(SEND_NOTHING)

    async def paused() -> bool:
        return times_lost() > before

    await until(paused)
    await ringdesk.until_waiting(1)


@pytest.mark.parametrize("restarted", [False, True], ids=["", "by a service that died meanwhile"])
async def test_a_phone_lost_in_mid_call_is_offered_nothing_until_its_agent_is_ready(
    ringdesk: RingdeskUp, talking: ConsolePage, restarted: bool
) -> None:
    queue_log = ringdesk.home / "asterisk" / "log" / "queue_log"
    await talking.page.evaluate(SEND_NOTHING)
    await ringdesk.until_waiting(1)
    await talking.state("wrapping_up")
    if restarted:
        ringdesk.kill("service")
        await ringdesk.until_said("service runs again")
        await ringdesk.until_healthy()
    await talking.choose_disposition("resolved")
    await talking.part("btn-done").click()
    await talking.state("paused")
    assert await reasons(ringdesk) <= LOST
    assert "|1001|UNPAUSE" not in _since_the_loss(queue_log.read_text())
    # The caller who waits may ring before Ready can be seen.
    await talking.part("btn-ready").click()
    await talking.answer()
    await talking.part("btn-hangup").click()
    await talking.finish("resolved")


def _since_the_loss(log: str) -> str:
    return log[log.rindex("|1001|CONNECT|") :]
