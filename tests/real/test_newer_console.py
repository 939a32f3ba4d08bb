"""After an upgrade an open console loads the new one by itself: when its agent is free, and once."""

import re
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, Route, expect
from playwright.async_api import Error as PlaywrightError

from tests.support.console_page import ConsolePage
from tests.support.scenes import playing_scenes, register_phones

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]

UPGRADED = "/assets/index-upgraded.js"
STAYED = "window.stayed === true"


async def test_an_open_console_loads_the_new_one_when_its_agent_is_free(
    tmp_path: Path, browser: Browser
) -> None:
    async with playing_scenes(tmp_path) as url:
        context = await browser.new_context(permissions=["microphone"])
        await register_phones(context)
        page = await context.new_page()
        await page.clock.install()
        await page.goto(url)
        await ConsolePage(page, url).sign_in("lina", "right")
        await page.request.get(f"{url}/__mock/scene?name=talking")
        await expect(page.get_by_test_id("rec")).to_be_visible()
        await page.evaluate(STAYED.replace("===", "="))

        await exchange(page, url)
        await page.request.get(f"{url}/__mock/drop")
        await passing(page, "document.querySelector('[data-testid=newer-console]') !== null")
        await page.clock.run_for(300_000)
        assert await page.evaluate(STAYED)

        await page.request.get(f"{url}/__mock/scene?name=paused")
        await passing(page, "window.stayed === undefined && document.readyState === 'complete'")
        await passing(page, "document.querySelector('[data-testid=desk]') !== null")
        assert await page.locator("script[src*=upgraded]").count() == 1
        await page.evaluate(STAYED.replace("===", "="))
        await page.request.get(f"{url}/__mock/drop")
        await page.clock.run_for(300_000)
        assert await page.evaluate(STAYED)
        await expect(page.get_by_test_id("newer-console")).to_have_count(0)
        await context.close()


async def exchange(page: Page, url: str) -> None:
    """From now on the server has a console whose entry is named otherwise, as after an upgrade."""

    async def newer(route: Route) -> None:
        answer = await route.fetch()
        await route.fulfill(
            response=answer, body=re.sub(r"/assets/index-[\w-]+\.js", UPGRADED, await answer.text())
        )

    entry = await page.locator("script[src*=index-]").get_attribute("src")
    await page.route(f"{url}/", newer)
    await page.route(f"{url}{UPGRADED}", lambda route: route.continue_(url=f"{url}{entry}"))


async def passing(page: Page, holds: str) -> None:
    """Lets the page's clock run until this holds."""
    for _ in range(300):
        # While the page is loaded anew there is nothing to ask.
        with suppress(PlaywrightError):
            if await page.evaluate(holds):
                return
            await page.clock.run_for(1_000)
    pytest.fail(f"never: {holds}")
