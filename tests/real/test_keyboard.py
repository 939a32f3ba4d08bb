"""An agent's work without a mouse, in a real browser on real calls."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.support.console_fixtures import at_the_console
from tests.support.console_page import ConsolePage
from tests.support.keyboard import Keyboard
from tests.support.past_calls import audible_of_newest_call, noted_by
from tests.support.ringdesk_up import RingdeskUp, running_ringdesk

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(180)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ringdesk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RingdeskUp]:
    async with running_ringdesk(tmp_path_factory.mktemp("ringdesk"), short_menu=True) as ringdesk:
        yield ringdesk


async def test_a_call_is_taken_and_finished_by_the_keyboard_alone(li_na: ConsolePage) -> None:
    keys = li_na.page.keyboard
    await li_na.place_test_call(keys="1")
    await li_na.state("ringing", within_ms=60_000)
    await keys.press("Alt+a")
    await li_na.state("talking")
    await li_na.until_audio_flows()
    await keys.press("Alt+x")
    await li_na.state("wrapping_up")
    await keys.press("2")
    await expect(li_na.disposition("information")).to_be_checked()
    await keys.press("1")
    await expect(li_na.disposition("resolved")).to_be_checked()
    await keys.press("Tab")
    await keys.type("2 boxes")
    await expect(li_na.part("note")).to_have_value("2 boxes")
    await keys.press("Control+Enter")
    await li_na.state("ready")
    newest = (await li_na.api("GET", "/calls?limit=1&test=true"))["items"][0]
    assert await noted_by(li_na, newest["id"], "1001") == [(1, "2 boxes", "resolved", "done")]


async def _find_and_hear_it_again(li_na: ConsolePage, keys: Keyboard) -> None:
    rows, player = li_na.part("history-row").get_by_role("link"), li_na.part("player")
    await keys.tab_to(li_na.page.locator('nav a[href="/history"]'))
    await keys.press("Enter")
    await expect(rows.first).to_be_visible()
    await keys.press("/")
    await keys.type("wang")
    await keys.press("ArrowDown")
    await keys.is_at(rows.nth(0))
    await keys.press("ArrowDown")
    await keys.is_at(rows.nth(1))
    await keys.press("ArrowUp")
    await keys.press("Enter")
    await keys.tab_to(player)
    await keys.press("Space")
    await expect(player).to_have_js_property("paused", False)
    await keys.go_round()
    await keys.tab_to(li_na.part("detail-close"), "Shift+Tab")
    await keys.press("Enter")
    await keys.is_at(rows.nth(0))
    await keys.tab_to(li_na.part("filter-outcome"), "Shift+Tab")
    await keys.press("ArrowDown")
    await expect(li_na.page).to_have_url(re.compile("q=wang&outcome=answered"))


async def test_a_call_is_taken_sent_on_and_found_again_without_a_mouse(
    ringdesk: RingdeskUp, browser: Browser
) -> None:
    wang_wei = await at_the_console(ringdesk, browser, "wangwei")
    li_na = await ConsolePage.open(browser, ringdesk.url, language="zh-CN")
    keys = Keyboard(li_na)
    await keys.sign_in("lina", ringdesk.password("lina"))
    await keys.press("Alt+R")
    await li_na.state("ready")
    await wang_wei.place_test_call(keys="1")
    await li_na.state("ringing", within_ms=60_000)
    await keys.press("Alt+A")
    await li_na.until_audio_flows()
    await wang_wei.go_ready()

    await keys.tab_to(li_na.part("btn-transfer"))
    await keys.press("Enter")
    await keys.is_at(li_na.part("transfer-search"))
    await keys.go_round()
    await keys.press("Escape")
    await keys.is_at(li_na.part("btn-transfer"))
    await keys.send_on("wang", "agent-1002", "By keys alone")
    await li_na.state("wrapping_up")
    await wang_wei.answer()
    await expect(wang_wei.part("pop-note")).to_contain_text("By keys alone")
    await wang_wei.part("btn-hangup").click()
    await wang_wei.finish("resolved")
    await keys.go_round()
    await audible_of_newest_call(li_na)

    await _find_and_hear_it_again(li_na, keys)
    await wang_wei.leave()
    await li_na.leave()
