"""The console in a real Chromium with a real microphone line, driven as its user drives it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Locator, Page, async_playwright, expect

CHROMIUM = "/usr/bin/chromium"
CHROMIUM_FLAGS = (
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
WAIT_MS = 20_000


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser of its own, so that a test may kill it."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(CHROMIUM_FLAGS))
        try:
            yield browser
        finally:
            await browser.close()


class ConsolePage:
    """One agent's tab."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self._url = url
        page.set_default_timeout(WAIT_MS)

    @classmethod
    async def open(
        cls, browser: Browser, url: str, *, language: str = "en-US", scheme: Any = "light"
    ) -> "ConsolePage":
        """A fresh profile that has never seen the console."""
        context = await browser.new_context(
            viewport={"width": 1366, "height": 768},
            locale=language,
            color_scheme=scheme,
            permissions=["microphone", "notifications"],
        )
        tab = cls(await context.new_page(), url)
        await tab.page.goto(url)
        return tab

    def part(self, name: str) -> Locator:
        """An element by its data-testid."""
        return self.page.get_by_test_id(name)

    async def sign_in(self, login: str, password: str) -> None:
        """As a person does."""
        await self.part("login").fill(login)
        await self.part("password").fill(password)
        await self.part("sign-in").click()
        await expect(self.part("state-word")).to_be_visible(timeout=WAIT_MS)

    async def go_ready(self) -> None:
        """Presses Ready once the phone is registered, and sees it in the bar."""
        await expect(self.part("btn-ready")).to_be_enabled(timeout=WAIT_MS)
        await self.part("btn-ready").click()
        await self.state("ready")

    async def state(self, code: str, within_ms: int = WAIT_MS) -> None:
        """Waits for a state by its code, which is the same in every language."""
        mark = self.page.locator("[data-state]", has=self.part("state-word"))
        await expect(mark).to_have_attribute("data-state", code, timeout=within_ms)

    async def phone_stats(self) -> dict[str, Any]:
        """What the page's own line has sent and received."""
        stats: dict[str, Any] = await self.page.evaluate("() => window.__ringdesk.phoneStats()")
        return stats

    async def shoot(self, folder: Path, name: str) -> Path:
        """A picture of what the agent sees."""
        path = folder / f"{name}.png"
        await self.page.screenshot(path=path)
        return path
