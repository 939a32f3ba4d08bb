"""What two agents and a supervisor do at their consoles, on real calls."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.support.console_fixtures import at_the_console
from tests.support.console_page import ConsolePage
from tests.support.past_calls import audible_of_newest_call, ended, noted_by
from tests.support.ringdesk_up import RingdeskUp, running_ringdesk
from tests.support.waiting import until

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(180)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ringdesk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RingdeskUp]:
    home = tmp_path_factory.mktemp("ringdesk")
    (home / "ringdesk.toml").write_text("[desk]\nsign_off_grace_s = 2\n")
    async with running_ringdesk(home, short_menu=True) as ringdesk:
        yield ringdesk


async def test_a_blind_transfer_takes_record_and_note_along(
    ringdesk: RingdeskUp, browser: Browser, li_na: ConsolePage
) -> None:
    await li_na.place_test_call(keys="1")
    await li_na.answer()
    wang_wei = await at_the_console(ringdesk, browser, "wangwei")
    await wang_wei.go_ready()
    await li_na.part("btn-transfer").click()
    await li_na.part("target-agent-1002").click()
    await li_na.part("transfer-note").fill("Wants a discount, be generous")
    await li_na.part("transfer-submit").click()
    await li_na.state("wrapping_up")

    await wang_wei.state("ringing")
    await expect(wang_wei.part("pop-name")).to_contain_text("王小明")
    await expect(wang_wei.part("pop-note")).to_contain_text("be generous")
    await wang_wei.answer()
    await wang_wei.until_audio_flows()
    await wang_wei.part("btn-hangup").click()
    await wang_wei.finish("resolved")
    await li_na.finish("resolved")

    async def both_legs() -> list[tuple[str, str]] | None:
        newest = (await li_na.api("GET", "/calls?limit=1"))["items"][0]
        legs = (await li_na.api("GET", f"/calls/{newest['id']}"))["legs"]
        ended = [(leg["agent"], leg["end_reason"]) for leg in legs if leg["ended_at"]]
        return ended if len(ended) == 2 else None

    assert await until(both_legs) == [("1001", "transferred"), ("1002", "hangup")]
    assert await audible_of_newest_call(li_na) == [("1001", True), ("1002", False)]
    assert await audible_of_newest_call(wang_wei) == [("1001", False), ("1002", True)]
    await wang_wei.leave()


async def test_click_to_dial_rings_the_customer_and_needs_one_click(li_na: ConsolePage) -> None:
    await li_na.part("dial-input").fill("+86 139 0013 9000")
    await li_na.part("dial-input").press("Enter")
    await li_na.state("talking", within_ms=30_000)
    await li_na.until_audio_flows()
    await li_na.part("btn-hangup").click()
    await li_na.finish("resolved")


async def test_a_person_is_looked_up_without_a_call_and_dialled_by_an_act_of_its_own(
    ringdesk: RingdeskUp, li_na: ConsolePage
) -> None:
    search, found = li_na.part("dial-input"), li_na.part("dial-option")
    await search.fill("林雪")
    await expect(found).to_have_count(1)
    await expect(found).to_contain_text("明远贸易有限公司")
    await expect(found).to_contain_text("+86 21 5550 0102")
    await search.press("Enter")
    await expect(li_na.part("pop-name")).to_contain_text("林雪")
    await expect(li_na.part("pop-company")).to_have_text("明远贸易有限公司")
    # Of the firm everyone is there, and nobody was called.
    await expect(li_na.part("record-call")).to_have_count(3)
    await li_na.state("ready")
    assert (await ringdesk.snapshot()).channels == ()
    await li_na.page.keyboard.press("Escape")
    await expect(li_na.part("customer-record")).to_have_count(0)
    await expect(search).to_be_focused()

    await search.press("ArrowDown")
    await search.press("Enter")
    await li_na.part("record-call").filter(has_text="138 0013 8000").click()
    await li_na.state("talking", within_ms=30_000)
    await expect(li_na.part("customer-record")).to_have_count(0)
    await expect(li_na.part("pop-name")).to_contain_text("王小明")
    await li_na.part("btn-hangup").click()
    await li_na.finish("resolved")

    await search.fill("王小明")
    await expect(found.first).to_contain_text("138 0013 8000")
    await search.press("Shift+Enter")
    await li_na.state("talking", within_ms=30_000)
    await expect(li_na.part("call-number")).to_have_text("+86 138 0013 8000")
    await li_na.part("btn-hangup").click()
    await li_na.finish("resolved")


async def test_two_clicks_in_one_moment_are_one_call(ringdesk: RingdeskUp, li_na: ConsolePage) -> None:
    before = {call["id"] for call in (await li_na.api("GET", "/calls?limit=50"))["items"]}
    clicks = [li_na.api("POST", "/dial", {"number": "13900139000"}) for _ in range(3)]
    answers = await asyncio.gather(*clicks, return_exceptions=True)
    refused = [str(answer) for answer in answers if isinstance(answer, Exception)]
    assert len(refused) == 2
    # Whoever comes when the phone rings already hears that instead.
    assert all("already_dialling" in text or "agent_busy" in text for text in refused), refused
    await li_na.state("talking", within_ms=30_000)
    outbound = {
        c.call_id for c in (await ringdesk.snapshot()).channels if (c.call_id or "").startswith("out-")
    }
    assert len(outbound) == 1
    await li_na.part("btn-hangup").click()
    await li_na.finish("resolved")

    async def recorded() -> bool:
        calls = (await li_na.api("GET", "/calls?limit=50"))["items"]
        return {call["id"] for call in calls} - before == outbound

    await until(recorded)


async def test_a_premium_number_is_refused_in_words_and_rings_nobody(li_na: ConsolePage) -> None:
    for words in ("付费声讯号码", "This is a premium number"):
        await li_na.part("dial-input").fill("168 12345")
        await li_na.part("dial-input").press("Enter")
        await expect(li_na.part("dial-refused")).to_contain_text(words)
        await li_na.part("language").click()
    await li_na.state("ready")


async def test_a_caller_is_sent_on_once_by_two_clicks(li_na: ConsolePage) -> None:
    await li_na.place_test_call(keys="1")
    await li_na.answer()
    call = (await li_na.api("GET", "/calls?limit=1&test=true"))["items"][0]["id"]
    path, body = f"/calls/{call}/transfer", {"to_queue": "service"}
    clicks = [li_na.api("POST", path, body) for _ in range(2)]
    answers = await asyncio.gather(*clicks, return_exceptions=True)
    assert sum(isinstance(answer, Exception) for answer in answers) == 1

    async def stays() -> bool:
        stints = (await li_na.api("GET", f"/calls/{call}"))["stints"]
        return [stint["queue"] for stint in stints][1:] == ["service"]

    await until(stays)


async def test_mute_is_seen_and_taken_back(li_na: ConsolePage) -> None:
    await li_na.place_test_call(keys="1")
    await li_na.answer()
    await li_na.part("btn-mute").click()
    await expect(li_na.part("muted")).to_be_visible()
    await li_na.part("btn-mute").click()
    await expect(li_na.part("muted")).to_be_hidden()
    await li_na.part("btn-hangup").click()
    await li_na.finish("resolved")


async def test_one_tab_owns_the_phone_and_another_can_take_it_over(
    ringdesk: RingdeskUp, li_na: ConsolePage
) -> None:
    second = ConsolePage(await li_na.page.context.new_page(), ringdesk.url)
    await second.page.goto(ringdesk.url)
    await expect(second.part("trouble-phone_elsewhere")).to_be_visible()
    await second.part("cure-take_over").click()
    await second.part("take-over-confirm").click()
    await expect(li_na.part("trouble-phone_elsewhere")).to_be_visible()
    await expect(second.part("trouble-phone_elsewhere")).to_be_hidden()
    await second.place_test_call(keys="1")
    await second.answer()
    await second.part("btn-hangup").click()
    await second.finish("resolved")


async def test_an_agent_who_does_not_answer_is_paused_for_it(
    ringdesk: RingdeskUp, li_na: ConsolePage
) -> None:
    await li_na.place_test_call(keys="1")
    await li_na.state("ringing", within_ms=60_000)
    await li_na.state("paused", within_ms=40_000)
    assert ("1001", "sales", "Auto-Pause") in await ringdesk.members()


async def test_a_supervisor_signs_out_an_agent_and_it_is_audited(
    ringdesk: RingdeskUp, browser: Browser, li_na: ConsolePage
) -> None:
    supervisor = await at_the_console(ringdesk, browser, "zhaomin")
    await supervisor.page.goto(f"{ringdesk.url}/floor")
    await supervisor.part("sign-out-1001").click()
    await supervisor.part("stuck-reason").fill("went home")
    await supervisor.part("stuck-submit").click()
    await li_na.state("signed_out")
    assert not any(agent == "1001" for agent, _, _ in await ringdesk.members())
    await supervisor.leave()


async def test_a_closed_tab_signs_off_after_the_grace_time(ringdesk: RingdeskUp, browser: Browser) -> None:
    page = await at_the_console(ringdesk, browser, "wangwei")
    await page.go_ready()
    await page.page.context.close()

    async def gone() -> bool:
        return not any(agent == "1002" for agent, _, _ in await ringdesk.members())

    await until(gone)


async def test_a_new_seat_works_without_a_restart(ringdesk: RingdeskUp, browser: Browser) -> None:
    words = ("users", "add", "newbie", "--name", "新人", "--queue", "sales")
    code, text = await ringdesk.command(*words, typed="correct horse battery\n")
    assert code == 0, text
    page = await ConsolePage.open(browser, ringdesk.url)
    await page.sign_in("newbie", "correct horse battery")
    await page.go_ready()
    await page.place_test_call(keys="1")
    await page.answer()
    await page.part("btn-hangup").click()
    await page.finish("resolved")
    await page.leave()


async def test_a_phone_whose_password_is_renewed_in_mid_call_keeps_the_call_and_comes_back(
    ringdesk: RingdeskUp, li_na: ConsolePage
) -> None:
    await li_na.place_test_call(keys="1")
    await li_na.answer()
    assert (await ringdesk.command("users", "phone", "lina", "--new-secret"))[0] == 0
    await expect(li_na.part("notice").first).to_contain_text("管理员更换了您话机的密码")
    await li_na.until_audio_flows()
    await li_na.part("btn-hangup").click()
    await li_na.finish("resolved")
    # It had not to go first: it lies over no button.
    await expect(li_na.part("notice").first).to_be_visible()
    await li_na.place_test_call(keys="1")
    await li_na.answer()
    await li_na.part("btn-hangup").click()
    await li_na.finish("resolved")


async def test_a_page_whose_code_did_not_come_opens_when_it_is_asked_for_again(
    ringdesk: RingdeskUp, browser: Browser
) -> None:
    console = await at_the_console(ringdesk, browser, "wangwei")
    page, code = console.page, "**/assets/history-page*"
    failed = page.locator('main [role="alert"]')
    await page.route(code, lambda route: route.abort())
    await page.locator('nav a[href="/history"]').click()
    await expect(failed).to_be_visible()
    await page.unroute(code)

    async def opened() -> bool:
        if await failed.is_visible():
            await failed.get_by_role("button").click()
        return await console.part("history-list").is_visible()

    await until(opened)
    await page.wait_for_function("[...document.styleSheets].some((it) => it.href?.includes('history-page'))")
    await console.leave()


async def test_who_is_deactivated_in_mid_call_talks_to_the_end_and_is_out(
    ringdesk: RingdeskUp, browser: Browser
) -> None:
    page = await at_the_console(ringdesk, browser, "wangwei")
    await page.go_ready()
    await page.place_test_call(keys="1")
    await page.answer()
    assert (await ringdesk.command("users", "deactivate", "wangwei"))[0] == 0
    await expect(page.part("ended-deactivated")).to_be_visible()
    await page.until_audio_flows()
    await page.part("last-hangup").click()
    await expect(page.part("last-hangup")).to_be_hidden()

    async def out_of_all_queues() -> bool:
        return not any(agent == "1002" for agent, _, _ in await ringdesk.members())

    # Looked at every two seconds.
    await until(out_of_all_queues, 10)
    await page.page.context.close()
    assert (await ringdesk.command("users", "activate", "wangwei"))[0] == 0
    # Their after-call work is still there, and would be in the way of the next test.
    await (await at_the_console(ringdesk, browser, "wangwei")).leave()


def _three_legs_one_after_the_other(record: dict[str, Any]) -> None:
    assert [leg["agent"] for leg in record["legs"]] == ["1001", "1002", "1001"]
    assert [(it["agent"], it["result"]) for it in record["offers"]] == [
        ("1001", "answered"),
        ("1002", "answered"),
        ("1001", "answered"),
    ]
    assert record["talk_s"] == pytest.approx(sum(leg["talk_s"] for leg in record["legs"]))
    moments = [leg[at] for leg in record["legs"] for at in ("started_at", "ended_at")]
    assert moments == sorted(moments)


async def test_a_caller_who_comes_back_in_after_call_work_has_a_form_of_their_own_and_the_first_one_waits(
    ringdesk: RingdeskUp, browser: Browser, li_na: ConsolePage
) -> None:
    await li_na.place_test_call(keys="1")
    await li_na.answer()
    wang_wei = await at_the_console(ringdesk, browser, "wangwei")
    await wang_wei.go_ready()
    await send_to_agent(li_na, "1002")
    await li_na.state("wrapping_up")
    await li_na.part("note").fill("First: asked for sales")
    await wang_wei.answer()
    await send_to_agent(wang_wei, "1001")
    # The queue by which the call came gives more than the half minute of calls without a queue.
    await wang_wei.state("wrapping_up")
    assert await seconds_left(wang_wei) > 31
    await wang_wei.finish("resolved")

    await li_na.answer()
    await expect(li_na.part("note")).to_have_value("")
    await expect(li_na.part("earlier-note")).to_contain_text("First: asked for sales")
    await li_na.part("btn-hangup").click()
    await li_na.state("wrapping_up")
    await li_na.part("note").fill("Second: wants it cheaper")
    await li_na.choose_disposition("complaint")
    await li_na.part("btn-done").click()
    await expect(li_na.part("note")).to_have_value("First: asked for sales")
    await expect(li_na.part("disposition")).to_have_attribute("data-chosen", "")
    await li_na.finish("resolved")

    newest = (await li_na.api("GET", "/calls?limit=1&test=true"))["items"][0]
    assert await noted_by(li_na, newest["id"], "1001") == [
        (1, "First: asked for sales", "resolved", "done"),
        (2, "Second: wants it cheaper", "complaint", "done"),
    ]
    _three_legs_one_after_the_other(await ended(li_na, newest["id"]))
    await wang_wei.leave()


async def test_dialling_in_after_call_work_drops_none_of_it(li_na: ConsolePage) -> None:
    await li_na.place_test_call(keys="1")
    await li_na.answer()
    await li_na.part("btn-hangup").click()
    await li_na.state("wrapping_up")
    await li_na.part("note").fill("Promised to ask the depot")
    await expect(li_na.part("save-state")).to_have_attribute("data-state", "saved")
    await li_na.part("dial-input").fill("+86 139 0013 9000")
    await li_na.part("dial-input").press("Enter")
    await li_na.state("talking", within_ms=30_000)
    await expect(li_na.part("note")).to_have_value("")
    await li_na.part("btn-hangup").click()
    await li_na.state("wrapping_up")
    await li_na.choose_disposition("information")
    await li_na.part("btn-done").click()
    await expect(li_na.part("note")).to_have_value("Promised to ask the depot")
    await li_na.finish("resolved")
    newest = (await li_na.api("GET", "/calls?limit=1&test=true"))["items"][0]
    assert await noted_by(li_na, newest["id"], "1001") == [
        (1, "Promised to ask the depot", "resolved", "done")
    ]


async def send_to_agent(page: ConsolePage, extension: str) -> None:
    """A blind transfer to a colleague."""
    await page.part("btn-transfer").click()
    await page.part(f"target-agent-{extension}").click()
    await page.part("transfer-submit").click()


async def seconds_left(page: ConsolePage) -> int:
    """How long the after-call work may still take, as the agent reads it."""
    shown = re.search(r"(\d+):(\d\d)", await page.part("wrap-left").inner_text())
    assert shown is not None
    return int(shown[1]) * 60 + int(shown[2])
