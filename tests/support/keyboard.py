"""A console whose user has no mouse: keys alone, and at each stop the focus has to be seen."""

from playwright.async_api import Locator, expect

from tests.support.console_page import ConsolePage

# Longer than the way through any page.
MOST_STOPS = 150
HAS_FOCUS = "(it) => it === document.activeElement"
# What has the focus is in the window, not covered, and marked: by itself, by the row that it stands for, or
# by the browser, of whose own controls (a date, a player) a part has it. No edge cuts the mark.
SEEN = """() => {
    const it = document.activeElement;
    if (!it || it === document.body) return null;  // At the edge of the page.
    const {left, right, top, bottom} = it.getBoundingClientRect();
    const inside = left < right && top < bottom && right > 0 && bottom > 0
        && left < innerWidth && top < innerHeight && it.checkVisibility({visibilityProperty: true});
    const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    const covered = !hit || !(it.contains(hit) || hit.contains(it));
    const ringed = (at) => {
        const {outlineStyle, outlineWidth} = getComputedStyle(at);
        return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
    };
    const marked = [it, it.closest('[role=row]')].find((at) => at && ringed(at));
    const cut = (at) => {
        const {outlineOffset, outlineWidth} = getComputedStyle(at);
        const ring = at.getBoundingClientRect();
        const by = parseFloat(outlineOffset) + parseFloat(outlineWidth) - 0.5;
        for (let around = at.parentElement; around; around = around.parentElement) {
            if (getComputedStyle(around).overflow === 'visible') continue;
            const edge = around.getBoundingClientRect();
            if (ring.left - by < edge.left || ring.right + by > edge.right) return true;
            if (ring.top - by < edge.top || ring.bottom + by > edge.bottom) return true;
        }
        return false;
    };
    const fault = !inside ? 'out of sight' : covered ? 'covered'
        : !marked && it.matches(':focus') ? 'not marked' : marked && cut(marked) ? 'mark is cut' : null;
    return fault && `${fault}: ${it.outerHTML.slice(0, 200)}`;
}"""


class Keyboard:
    """The keys of one tab."""

    def __init__(self, tab: ConsolePage) -> None:
        self._page = tab.page
        self._part = tab.part

    async def sign_in(self, login: str, password: str) -> None:
        """From the page that just opened, until the telephone is there."""
        await self.is_at(self._part("login"))
        await self.type(login)
        await self.tab_to(self._part("password"))
        await self.type(password)
        await self.press("Enter")
        await expect(self._part("btn-ready")).to_be_enabled()

    async def send_on(self, search: str, target: str, note: str) -> None:
        """The caller, to whom the search finds first."""
        await self.press("Alt+T")
        await self.is_at(self._part("transfer-search"))
        await self.type(search)
        await self.press("ArrowDown")
        await expect(self._part(f"target-{target}")).to_be_checked()
        await self.tab_to(self._part("transfer-note"))
        await self.type(note)
        await self.tab_to(self._part("transfer-submit"))
        await self.press("Enter")

    async def press(self, key: str) -> None:
        """One key, or several at once."""
        await self._page.keyboard.press(key)

    async def type(self, text: str) -> None:
        """Letter by letter, as far as the layout has them."""
        await self._page.keyboard.type(text)

    async def is_at(self, place: Locator) -> None:
        """The focus is there, and can be seen."""
        await expect(place).to_be_focused()
        await self._seen()

    async def tab_to(self, place: Locator, key: str = "Tab") -> None:
        """On from stop to stop, each of them seen."""
        for _ in range(MOST_STOPS):
            await self.press(key)
            await self._seen()
            if await place.evaluate(HAS_FOCUS):
                return
        raise AssertionError(f"{place} is not reached by {key}")

    async def go_round(self) -> None:
        """Once through everything that Tab reaches, each seen; what holds the focus leaves no way round."""
        await self.press("Tab")
        first = await self._page.evaluate_handle("document.activeElement")
        for _ in range(MOST_STOPS):
            await self.press("Tab")
            await self._seen()
            if await first.evaluate(HAS_FOCUS):
                return
        raise AssertionError(f"Tab does not come back to {first}")

    async def _seen(self) -> None:
        fault: str | None = await self._page.evaluate(SEEN)
        assert fault is None, fault
