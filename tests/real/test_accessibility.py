"""Nothing that the console paints keeps anybody out: axe looks at each page, dialog and menu in Chromium."""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from ringdesk.setup.console import WEB
from tests.support.console_page import ConsolePage
from tests.support.keyboard import Keyboard
from tests.support.scene_tour import SceneTour
from tests.support.scenes import playing_scenes, register_phones

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(180)]

AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"
# All of axe's rules, also those that it leaves out unless asked, with two exceptions: level AAA wants a
# contrast of 7:1, and the console is made for AA; deprecated rules are those that axe itself has replaced.
LOOK = """async () => {
    const left_out = ['wcag2aaa', 'deprecated'];
    const rules = axe.getRules().filter(({tags}) => !left_out.some((it) => tags.includes(it)));
    const on_top = document.querySelector('dialog[open], [role=menu]');
    const {violations, incomplete} = await axe.run(on_top ?? document, {
        runOnly: {type: 'rule', values: rules.map(({ruleId}) => ruleId)},
        resultTypes: ['violations', 'incomplete'],
    });
    const told = (rule, node) => `${rule.id}: ${node.html.slice(0, 200)} ${node.failureSummary ?? ''}`;
    const ground = (node) => node.any.some((it) => ['bgGradient', 'bgImage'].includes(it.data?.messageKey));
    const unmeasured = incomplete.filter(({id}) => id === 'color-contrast');
    // Parts of the top bar that lie over each other are against no rule, and still keep people out.
    const bar = on_top ? null : document.querySelector('header:has([data-testid=light-server])');
    const spilled = [...(bar?.children ?? [])].filter((it) => it.scrollWidth > it.clientWidth);
    const openers = document.querySelectorAll('dialog[open], [aria-haspopup=menu][aria-expanded=true]');
    return {
        faults: [
            ...violations.flatMap((rule) => rule.nodes.map((node) => told(rule, node))),
            ...unmeasured.flatMap((rule) => rule.nodes.filter(ground).map((node) => told(rule, node))),
            ...spilled.map((it) => `does not hold its parts: ${it.outerHTML.slice(0, 200)}`),
        ],
        opened: [...openers].map((it) => it.dataset.testid),
    };
}"""
PAINTED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
LARGE, SMALL = (1366, 768), (1093, 614)


@dataclass(frozen=True)
class Look:
    """The console as somebody has it: one of the office's screens, the second with 125 % scaling."""

    theme: Literal["light", "dark"]
    size: tuple[int, int]

    async def take(self, page: Page) -> None:
        """Repaints what the page shows, as when the system turns dark or the window is drawn smaller."""
        await page.emulate_media(color_scheme=self.theme, reduced_motion="reduce")
        await page.set_viewport_size({"width": self.size[0], "height": self.size[1]})
        await page.evaluate(PAINTED)


@pytest_asyncio.fixture(loop_scope="module")
async def mock(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    async with playing_scenes(tmp_path_factory.mktemp("scenes")) as url:
        yield url


@pytest.mark.parametrize(
    ("language", "looks"),
    [
        ("zh-CN", (Look("light", SMALL), Look("dark", LARGE))),
        ("en-US", (Look("dark", SMALL), Look("light", LARGE))),
    ],
)
async def test_every_page_dialog_and_menu_is_open_to_everybody(
    mock: str, browser: Browser, language: str, looks: tuple[Look, Look]
) -> None:
    context = await browser.new_context(locale=language, permissions=["microphone", "notifications"])
    await register_phones(context)
    page = await context.new_page()
    await page.add_init_script(path=AXE)
    faults: list[str] = []
    opened: set[str] = set()
    async for place in SceneTour(ConsolePage(page, mock), mock).places():
        for look in looks:
            await look.take(page)
            seen: dict[str, Any] = await page.evaluate(LOOK)
            faults += [f"{place}, {look.theme}, {look.size}: {fault}" for fault in seen["faults"]]
            opened.update(seen["opened"])
    await context.close()
    assert not faults, "\n".join(faults)
    assert opened == set(dialogs_and_menus()), "the tour opens each of them"


async def test_the_keys_reach_calls_that_are_not_in_the_page_yet(mock: str, browser: Browser) -> None:
    tab = await ConsolePage.open(browser, mock)
    await register_phones(tab.page.context)
    await tab.sign_in("lina", "right")
    keys = Keyboard(tab)
    await tab.page.locator('nav a[href="/history"]').click()
    await expect(tab.part("history-row").first).to_be_visible()
    await keys.press("/")
    await keys.press("ArrowDown")
    for key, row in (("End", 100), ("PageUp", 90), ("ArrowUp", 89), ("Home", 1), ("PageDown", 11)):
        await keys.press(key)
        await keys.is_at(tab.page.locator(f'[aria-rowindex="{row}"]').get_by_role("link"))
    # Tab leads on from the list; back, it reaches the row where it was.
    await keys.press("Tab")
    await expect(tab.part("history-list").locator(":focus")).to_have_count(0)
    await keys.press("Shift+Tab")
    await keys.is_at(tab.page.locator('[aria-rowindex="11"]').get_by_role("link"))
    await tab.page.context.close()


def dialogs_and_menus() -> Iterator[str]:
    """The names of all that the console's code can open."""
    for file in Path(WEB / "src").rglob("*.tsx"):
        code = file.read_text(encoding="utf-8")
        for written in re.split(r"<(?:Dialog|Menu)\s", code)[1:]:
            name = re.search(r'testId="([\w-]+)"', written)
            assert name is not None, file
            yield name[1]
