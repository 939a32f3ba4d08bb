"""A walk through the whole console on scenes: each page, dialog and menu, in the language of the profile."""

from collections.abc import AsyncIterator

from playwright.async_api import Locator, expect

from tests.support.console_page import ConsolePage

# Each scene, and what shows that it is painted: nothing that the one before it shows.
SCENES = {
    "signed_out": "[data-state=signed_out]",
    "idle": "[data-state=ready]",
    "many_queues": "[data-testid=health-q0]",
    "paused": "[data-state=paused]",
    "ringing": "[data-match=found]",
    "several": "[data-match=several]",
    "unknown": "[data-match=unknown]",
    "withheld": "[data-match=withheld]",
    "hostile": "[data-match=unknown]",
    "talking": "[data-testid=rec]",
    "holding": "[data-testid=muted]",
    "wrap_up": "[data-testid=wrap-left]",
    "down": "[data-testid=trouble-asterisk_away]",
}
HAPPENED = (
    *("missed", "declined", "unreached", "caller_gone"),
    *("lost", "not_taken", "signed_out", "ran_out"),
)
ENDED = {"over": 4401, "password": 4410, "deactivated": 4411}
MENUS = ("btn-pause", "user-menu")


class SceneTour:
    """One tab that goes everywhere."""

    def __init__(self, tab: ConsolePage, url: str) -> None:
        self._tab = tab
        self._page = tab.page
        self._url = url

    async def places(self) -> AsyncIterator[str]:
        """The name of each place, while the tab shows it."""
        for walk in (self._signing_in, self._desk, self._frame, self._call, self._history, self._trouble):
            async for place in walk():
                yield place
        async for place in self._leaving_in_a_call():
            yield place
        async for place in self._floor():
            yield place

    async def _signing_in(self) -> AsyncIterator[str]:
        await self._page.goto(self._url)
        await expect(self._part("login")).to_be_visible()
        yield "sign-in"
        await self._sign_in("lina", "wrong")
        await expect(self._part("sign-in-problem")).not_to_be_empty()
        yield "sign-in with a wrong password"
        for why, code in ENDED.items():
            await self._enter("lina")
            await self._mock(f"end?code={code}")
            await expect(self._part(f"ended-{why}")).to_be_visible()
            yield f"sign-in after the session ended: {why}"

    async def _desk(self) -> AsyncIterator[str]:
        await self._enter("lina")
        for scene in SCENES:
            await self._play(scene)
            yield f"desk, {scene}"
        for kind in HAPPENED:
            await self._play(f"happened_{kind}", f"[data-kind={kind}]")
            yield f"desk, happened: {kind}"

    async def _frame(self) -> AsyncIterator[str]:
        await self._play("idle")
        for opener, dialog in (
            ("btn-settings", "settings-dialog"),
            ("light-phone", "connection-dialog"),
            ("test-call", "test-dialog"),
        ):
            await self._part(opener).click()
            async for place in self._shown(dialog):
                yield place
        await self._page.keyboard.press("?")
        async for place in self._shown("shortcuts-dialog"):
            yield place
        for menu in MENUS:
            await self._part(menu).click()
            async for place in self._shown("menu"):
                yield f"{place} of {menu}"
        await self._mock("refuse?code=premium_number")
        await self._part("dial-input").fill("168 12345")
        await self._part("dial-input").press("Enter")
        await expect(self._part("dial-refused")).to_be_visible()
        yield "desk, a number that is refused"
        await self._mock("refuse")
        await self._part("dial-input").fill("Wang")
        await expect(self._part("dial-option").first).to_be_visible()
        yield "desk, a customer looked for"
        await self._part("dial-input").press("Enter")
        await expect(self._part("record-call").first).to_be_visible()
        yield "desk, a customer looked up"
        await self._page.keyboard.press("Escape")

    async def _call(self) -> AsyncIterator[str]:
        await self._play("talking")
        for opener, dialog in (("btn-transfer", "transfer-dialog"), ("btn-keypad", "keypad-dialog")):
            await self._part(opener).click()
            async for place in self._shown(dialog):
                yield place

    async def _history(self) -> AsyncIterator[str]:
        await self._go("/history")
        await expect(self._part("history-row").first).to_be_visible()
        yield "history, talking"
        for scene in ("ringing", "wrap_up"):
            await self._play(scene, f"[data-call-strip][data-moment={scene}]")
            yield f"history, {scene}"
        await self._play("idle")
        await self._part("history-row").first.get_by_role("link").click()
        await expect(self._part("call-detail")).to_be_visible()
        yield "history, a call"
        await self._part("btn-complete").click()
        await expect(self._part("late-note")).to_be_visible()
        yield "history, after-call work completed later"
        await self._page.route("**/api/v1/calls?*", lambda route: route.abort())
        await self._part("filter-queue").select_option("sales")
        await expect(self._page.locator("main [role=alert]")).to_be_visible()
        yield "history, which did not come"
        await self._page.unroute("**/api/v1/calls?*")
        await self._page.route(
            "**/api/v1/calls?*", lambda route: route.fulfill(json={"items": [], "next": None})
        )
        await self._part("filter-queue").select_option("service")
        await expect(self._part("history-row")).to_have_count(0)
        yield "history, nothing found"
        await self._page.unroute("**/api/v1/calls?*")

    async def _trouble(self) -> AsyncIterator[str]:
        await self._go("/")
        await self._play("wrap_up")
        await self._mock("phone?owner=another")
        await self._part("cure-take_over").click()
        async for place in self._shown("take-over-dialog"):
            yield place
        await self._part("cure-take_over").click()
        await self._part("take-over-confirm").click()
        await expect(self._part("trouble-phone_elsewhere")).to_be_hidden()
        await self._mock("refuse?code=unknown_call")
        await self._part("note").fill("Refused by the server")
        await self._part("cure-show_notes").click()
        async for place in self._shown("notes-dialog"):
            yield place
        await self._mock("refuse?code=asterisk_unreachable")
        await self._page.keyboard.press("Alt+R")
        await self._part("btn-pause").click()
        await self._part("btn-pause-lunch").click()
        await expect(self._part("notice")).to_be_visible()
        yield "desk, a notice"
        await self._mock("refuse")

    async def _leaving_in_a_call(self) -> AsyncIterator[str]:
        await self._play("talking")
        await self._part("user-menu").click()
        await self._part("user-menu-sign-out").click()
        async for place in self._shown("sign-out-dialog"):
            yield place
        await self._mock("end?code=4401")
        await expect(self._part("login")).to_be_visible()

    async def _floor(self) -> AsyncIterator[str]:
        await self._enter("zhaomin")
        await self._go("/floor")
        await expect(self._part("call-table")).to_be_visible()
        yield "floor"
        for opener, dialog in (
            ("refused-open", "refused-dialog"),
            ("level-complaints", "level-dialog"),
            ("abandoned-complaints", "abandoned-dialog"),
            ("sign-out-1002", "stuck-dialog"),
        ):
            await self._part(opener).click()
            await expect(self._part(dialog).get_by_role("status")).to_have_count(0)
            async for place in self._shown(dialog):
                yield place
        await self._play("many_queues", "[data-testid=queues-more]")
        await self._part("queues-more").click()
        async for place in self._shown("menu"):
            yield f"{place} of queues-more"

    async def _shown(self, name: str) -> AsyncIterator[str]:
        """A dialog by its name, or the open menu; closed by the key that closes every one of them."""
        shown = self._page.get_by_role("menu") if name == "menu" else self._part(name)
        await expect(shown).to_be_visible()
        yield name
        await self._page.keyboard.press("Escape")
        await expect(shown).to_be_hidden()

    def _part(self, name: str) -> Locator:
        return self._tab.part(name)

    async def _go(self, path: str) -> None:
        """By the rail, as its user goes."""
        await self._page.locator(f'nav a[href="{path}"]').click()

    async def _enter(self, login: str) -> None:
        """Signs in, and chooses the language of the profile again."""
        language = await self._page.evaluate("document.documentElement.lang")
        await self._sign_in(login, "right")
        await expect(self._part("state-word")).to_be_visible()
        if await self._page.evaluate("document.documentElement.lang") != language:
            await self._part("language").click()

    async def _sign_in(self, login: str, password: str) -> None:
        await self._part("login").fill(login)
        await self._part("password").fill(password)
        await self._part("sign-in").click()

    async def _play(self, scene: str, shown: str = "") -> None:
        await self._mock(f"scene?name={scene}")
        await expect(self._page.locator(shown or SCENES[scene]).first).to_be_visible()

    async def _mock(self, order: str) -> None:
        await self._page.request.get(f"{self._url}/__mock/{order}")
