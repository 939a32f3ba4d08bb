"""Fixtures of tests at real consoles: Chromium, and an agent who is ready. The test file has `ringdesk`."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser

from tests.support.console_page import ConsolePage, chromium
from tests.support.ringdesk_up import RingdeskUp


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium_of_file() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def browser(chromium_of_file: Browser) -> AsyncIterator[Browser]:
    """Whom a test leaves at a console, also because it failed, is at none in the next one."""
    yield chromium_of_file
    for context in chromium_of_file.contexts:
        for page in context.pages:
            await ConsolePage(page, page.url).leave()
        await context.close()


@pytest_asyncio.fixture(loop_scope="module")
async def li_na(ringdesk: RingdeskUp, browser: Browser) -> AsyncIterator[ConsolePage]:
    """The demo agent at her console, ready, in a fresh profile; signed off afterwards."""
    page = await at_the_console(ringdesk, browser, "lina")
    await page.go_ready()
    yield page
    await ringdesk.hang_up_all()
    await page.leave()


async def at_the_console(ringdesk: RingdeskUp, browser: Browser, login: str) -> ConsolePage:
    """A user of the demo, signed in, in a fresh profile."""
    page = await ConsolePage.open(browser, ringdesk.url, language="zh-CN")
    await page.sign_in(login, ringdesk.password(login))
    return page
