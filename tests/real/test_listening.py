"""`ringdesk up --listen`: consoles and phones of other machines, over HTTPS and WSS."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.support.console_page import ConsolePage, chromium
from tests.support.ringdesk_up import RingdeskUp, running_ringdesk

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ringdesk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RingdeskUp]:
    """Listening on every interface; the tests use loopback alone."""
    async with running_ringdesk(tmp_path_factory.mktemp("ringdesk"), "--listen", "0.0.0.0") as ringdesk:
        yield ringdesk


async def test_a_colleagues_browser_is_a_phone_over_wss(ringdesk: RingdeskUp) -> None:
    async with chromium() as browser:
        page = await ConsolePage.open(browser, f"https://127.0.0.1:{ringdesk.port}")
        await page.sign_in("lina", ringdesk.password("lina"))
        (cookie,) = await page.page.context.cookies()
        assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (True, True, "Strict")
        await page.go_ready()
        await page.place_test_call(keys="1")
        await page.answer()
        await expect(page.part("pop-name")).to_be_visible()
        await page.leave()
