"""Nobody is ready who cannot be heard: what people see when a browser takes the phone's means."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.support.console_fixtures import at_the_console
from tests.support.console_page import ALWAYS_YES, CHROMIUM_FLAGS, ConsolePage, chromium
from tests.support.ringdesk_up import RingdeskUp, running_ringdesk
from tests.support.telephony.sip_over_websocket import proven, websocket_of_a_page
from tests.support.waiting import until

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(180)]

# As the browser's protocol names them; what is not named is denied.
MICROPHONE = "audioCapture"
NETWORK = "loopbackNetwork"

# What Ready says, in whichever language the desk is.
NO_MICROPHONE = re.compile("Not Ready. The microphone is blocked|无法就绪：麦克风被禁止")
NO_NETWORK = re.compile(
    "Not Ready. The browser blocks your phone|无法就绪：浏览器禁止本页面访问话机所在的网络"
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ringdesk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RingdeskUp]:
    async with running_ringdesk(tmp_path_factory.mktemp("ringdesk")) as ringdesk:
        yield ringdesk


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One that asks for the microphone as people's browsers do."""
    async with chromium([flag for flag in CHROMIUM_FLAGS if flag != ALWAYS_YES]) as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def li_na(ringdesk: RingdeskUp, browser: Browser) -> AsyncIterator[ConsolePage]:
    page = await at_the_console(ringdesk, browser, "lina")
    yield page
    await ringdesk.hang_up_all()
    await page.leave()


async def until_paused(ringdesk: RingdeskUp, reason: str) -> None:
    """In Asterisk, in all queues of the agent."""

    async def paused() -> bool:
        reasons = {why for agent, _, why in await ringdesk.members() if agent == "1001"}
        return reasons == {reason}

    await until(paused)


async def test_a_microphone_taken_away_while_idle_keeps_calls_away_until_it_is_back(
    ringdesk: RingdeskUp, browser: Browser, li_na: ConsolePage
) -> None:
    await li_na.go_ready()
    supervisor = await at_the_console(ringdesk, browser, "zhaomin")
    await supervisor.page.goto(f"{ringdesk.url}/floor")
    await li_na.allow()
    await li_na.state("paused")
    await until_paused(ringdesk, "no_microphone")
    await expect(li_na.part("trouble-microphone_blocked")).to_be_visible()
    await expect(supervisor.page.locator("main")).to_contain_text(re.compile("No mic|无麦克风"))
    await li_na.part("btn-ready").click()
    await expect(li_na.part("notice")).to_contain_text(NO_MICROPHONE)
    await li_na.place_test_call(keys="1")
    await ringdesk.until_waiting(1)
    await li_na.state("paused")

    await li_na.allow(MICROPHONE)
    await expect(li_na.part("trouble-microphone_blocked")).to_be_hidden()
    await li_na.answer()
    await li_na.part("btn-hangup").click()
    await li_na.finish("resolved")
    await supervisor.leave()


async def test_a_microphone_that_is_blocked_from_the_start_lets_nobody_be_ready(
    ringdesk: RingdeskUp, browser: Browser
) -> None:
    page = await ConsolePage.open(browser, ringdesk.url)
    await page.allow()
    await page.sign_in("lina", ringdesk.password("lina"))
    await expect(page.part("trouble-microphone_blocked")).to_be_visible()
    await expect(page.part("light-phone")).to_have_attribute("data-light", "good")
    await page.part("btn-ready").click()
    await expect(page.part("notice")).to_contain_text(NO_MICROPHONE)
    await page.allow(MICROPHONE)
    await expect(page.part("trouble-microphone_blocked")).to_be_hidden()
    # Nobody asked for it while it could be had.
    await page.state("signed_out")
    await page.go_ready()
    await page.leave()


async def test_a_microphone_that_is_blocked_when_the_page_is_loaded_again_pauses(
    ringdesk: RingdeskUp, li_na: ConsolePage
) -> None:
    await li_na.go_ready()
    await li_na.page.goto("about:blank")
    await li_na.allow()
    await li_na.page.goto(ringdesk.url)
    await until_paused(ringdesk, "no_microphone")
    await li_na.allow(MICROPHONE)
    await li_na.state("ready")


async def test_a_microphone_taken_away_in_mid_call_pauses_before_the_next(
    ringdesk: RingdeskUp, li_na: ConsolePage
) -> None:
    await li_na.go_ready()
    await li_na.place_test_call(keys="1")
    await li_na.answer()
    await li_na.allow()
    await until_paused(ringdesk, "no_microphone")
    await li_na.state("talking")


async def test_a_browser_that_keeps_a_public_page_from_a_private_phone_is_named(ringdesk: RingdeskUp) -> None:
    public = ",".join(f"{address}:{ringdesk.port}=public" for address in ("127.0.0.1", "[::1]"))
    async with chromium([*CHROMIUM_FLAGS, f"--ip-address-space-overrides={public}"]) as browser:
        page = await at_the_console(ringdesk, browser, "lina")
        await expect(page.part("trouble-phone_blocked")).to_be_visible()
        await expect(page.part("light-phone")).not_to_have_attribute("data-light", "good")
        await page.part("btn-ready").click()
        await expect(page.part("notice")).to_contain_text(NO_NETWORK)
        await page.allow(MICROPHONE, NETWORK)
        await expect(page.part("light-phone")).to_have_attribute("data-light", "good")
        await expect(page.part("trouble-phone_blocked")).to_be_hidden()
        await page.state("signed_out")
        await page.go_ready()

        await page.page.goto("about:blank")
        await page.allow(MICROPHONE)
        await page.page.goto(ringdesk.url)
        await until_paused(ringdesk, "phone_blocked")
        await page.allow(MICROPHONE, NETWORK)
        await page.state("ready")
        await page.leave()


async def test_the_phones_light_is_bad_while_asterisk_cannot_reach_it(
    ringdesk: RingdeskUp, li_na: ConsolePage
) -> None:
    light = li_na.part("light-phone")
    await expect(light).to_have_attribute("data-light", "good")
    phone = (await li_na.api("GET", "/session"))["phone"]
    port = int(ringdesk.environment["RINGDESK_ASTERISK__HTTP_PORT"])
    async with websocket_of_a_page(port) as other:
        answer = await proven(other, "REGISTER", "1001", phone["password"], to="1001")
        assert answer.status == 200
    await expect(light).to_have_attribute("data-light", "bad")
    await expect(li_na.part("trouble-phone_unreachable")).to_be_visible()
    # The browser's next registration takes the place back.
    await expect(light).to_have_attribute("data-light", "good", timeout=40_000)
    await expect(li_na.part("trouble-phone_unreachable")).to_be_hidden()
