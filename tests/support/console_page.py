"""The console in a real Chromium with a real microphone line, driven as its user drives it."""

import os
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, CDPSession, Locator, Page, async_playwright, expect
from playwright.async_api import Error as PlaywrightError

from tests.support.waiting import until

CHROMIUM = "/usr/bin/chromium"
# Answers every question for the microphone with yes, whatever the page may do.
ALWAYS_YES = "--use-fake-ui-for-media-stream"
CHROMIUM_FLAGS = (
    "--use-fake-device-for-media-stream",
    ALWAYS_YES,
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
KINDS = ("packetsSent", "packetsReceived")


@asynccontextmanager
async def chromium(flags: Sequence[str] = CHROMIUM_FLAGS) -> AsyncIterator[Browser]:
    """A browser of its own, so that a test may kill it."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(flags))
        try:
            yield browser
        finally:
            await browser.close()


class ConsolePage:
    """One agent's tab."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self._url = url
        self._permissions: CDPSession | None = None
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
            ignore_https_errors=True,
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
        mark = self.page.locator("[data-state]", has=self.part("state-word")).last
        await expect(mark).to_have_attribute("data-state", code, timeout=within_ms)

    async def pause(self, reason: str) -> None:
        """Chooses a reason in the pause menu."""
        await self.part("btn-pause").click()
        await self.part(f"btn-pause-{reason}").click()
        await self.state("paused")

    async def answer(self) -> None:
        """Waits for the ring, takes the call, and hears it.

        While the server is away the console shows what the phone is about to do, so the state is not enough.
        """
        await self.state("ringing", within_ms=60_000)
        await self.part("btn-answer").click()
        await self.state("talking")
        await self.until_audio_flows()

    async def choose_disposition(self, code: str) -> None:
        """The result of the call, by a click on its chip."""
        await self.part("disposition").locator("label", has=self.disposition(code)).click()
        await expect(self.disposition(code)).to_be_checked()

    def disposition(self, code: str) -> Locator:
        """The radio button of one of the results."""
        return self.page.locator(f"input[type=radio][value={code}]")

    async def finish(self, disposition: str) -> None:
        """After-call work from beginning to end."""
        await self.state("wrapping_up")
        await self.choose_disposition(disposition)
        await self.part("btn-done").click()
        await self.state("ready")

    async def place_test_call(self, keys: str) -> None:
        """With the button of the console."""
        await self.part("test-call").first.click()
        await self.part("test-keys").fill(keys)
        await self.part("test-submit").click()

    async def allow(self, *permissions: str) -> None:
        """What its user allows the page from now on, as if set beside the address; all else is denied."""
        page = await self.page.context.new_cdp_session(self.page)
        profile = (await page.send("Target.getTargetInfo"))["targetInfo"]["browserContextId"]
        # They hold as long as the session that set them.
        self._permissions = await self.page.context.browser.new_browser_cdp_session()  # type: ignore[union-attr]
        wanted = {"permissions": list(permissions), "browserContextId": profile}
        await self._permissions.send("Browser.grantPermissions", wanted)

    async def leave(self) -> None:
        """Leaves the queues and closes the tab."""
        with suppress(PlaywrightError):
            await self.api("POST", "/agent/signout")
        await self.page.context.close()

    async def kill_browser(self) -> None:
        """As if the machine lost its power: the processes are killed, nobody says goodbye."""
        session = await self.page.context.browser.new_browser_cdp_session()  # type: ignore[union-attr]
        info = await session.send("SystemInfo.getProcessInfo")
        for process in info["processInfo"]:
            with suppress(ProcessLookupError):
                os.kill(process["id"], signal.SIGKILL)

    async def phone_stats(self) -> dict[str, Any] | None:
        """What the page's own line has sent and received; None when there is no call."""
        stats: dict[str, Any] | None = await self.page.evaluate("() => window.__ringdesk.phoneStats()")
        return stats

    async def until_audio_flows(self, within_s: float = 30) -> None:
        """Waits until more packets than now went both ways."""
        before = await self.phone_stats() or {"packetsSent": 0, "packetsReceived": 0}

        async def more() -> bool:
            now = await self.phone_stats()
            return now is not None and all(now[k] > before[k] + 25 for k in before if k in KINDS)

        await until(more, within_s)

    async def api(self, method: str, path: str, body: Any = None) -> Any:
        """A request as this page makes it, with its cookie and CSRF token."""
        return await self.page.evaluate(
            """async ([method, path, body]) => {
                const me = await (await fetch('/api/v1/session')).json();
                const answer = await fetch('/api/v1' + path, {
                    method,
                    headers: {'X-CSRF-Token': me.csrf, 'Content-Type': 'application/json'},
                    body: body === null ? undefined : JSON.stringify(body),
                });
                const text = await answer.text();
                if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
                return text ? JSON.parse(text) : null;
            }""",
            [method, path, body],
        )

    async def fetch_bytes(self, path: str) -> bytes:
        """A file as this page gets it."""
        numbers = await self.page.evaluate(
            "async (path) => Array.from(new Uint8Array(await (await fetch(path)).arrayBuffer()))", path
        )
        return bytes(numbers)

    async def shoot(self, folder: Path, name: str) -> Path:
        """A picture of what the agent sees."""
        path = folder / f"{name}.png"
        await self.page.screenshot(path=path)
        return path
