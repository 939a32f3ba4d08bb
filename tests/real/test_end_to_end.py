"""Whole calls through the whole product: SIPp, real Asterisk, the service, Chromium, the database."""

import json
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy
import pytest
import pytest_asyncio
import soundfile
from playwright.async_api import Browser, expect

from tests.support.console_fixtures import at_the_console
from tests.support.console_page import ConsolePage, chromium
from tests.support.ringdesk_up import RingdeskUp, running_ringdesk
from tests.support.sipp_caller import calling
from tests.support.waiting import until

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]

WANG = "+8613800138000"
PICTURES = Path(__file__).parents[2] / "var" / "test-pictures"


@pytest.fixture(scope="module")
def pictures() -> Path:
    """Where the tests leave what they saw."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    return PICTURES


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ringdesk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RingdeskUp]:
    async with running_ringdesk(tmp_path_factory.mktemp("ringdesk")) as ringdesk:
        yield ringdesk


@pytest_asyncio.fixture(loop_scope="module")
async def earlier(li_na: ConsolePage) -> str:
    """The newest call in the history before the test."""
    rows = (await li_na.api("GET", "/calls?limit=1"))["items"]
    return str(rows[0]["id"])


async def detail(page: ConsolePage, earlier: str) -> dict[str, Any]:
    """The test's own call in the history, once its end is recorded and its after-call work is done."""

    async def newest() -> dict[str, Any] | None:
        row = (await page.api("GET", "/calls?limit=1"))["items"][0]
        if row["id"] == earlier:
            return None
        call: dict[str, Any] = await page.api("GET", f"/calls/{row['id']}")
        return call if call["ended_at"] and call["wrap_ups"] else None

    return await until(newest)


async def test_a_call_from_the_trunk_to_the_history(
    ringdesk: RingdeskUp, li_na: ConsolePage, earlier: str, tmp_path: Path, pictures: Path
) -> None:
    async with calling(ringdesk.sip_port, tmp_path, number=WANG, key="1") as caller:
        await li_na.state("ringing", within_ms=60_000)
        # The pop is in the page before anybody answers.
        await expect(li_na.part("pop-name")).to_contain_text("王小明")
        await expect(li_na.part("pop-path")).to_contain_text("1")
        await li_na.shoot(pictures, "ringing")
        assert await li_na.phone_stats() is None

        await li_na.part("btn-answer").click()
        await li_na.state("talking")
        await li_na.until_audio_flows()
        await li_na.shoot(pictures, "talking")

        await li_na.part("btn-hold").click()
        await li_na.state("holding")
        await li_na.part("btn-hold").click()
        await li_na.state("talking")

        assert caller.on_the_line
        await li_na.part("btn-hangup").click()
        await li_na.state("wrapping_up")
        assert await caller.hung_up() == 0
        await li_na.part("note").fill("Wants a quote for 200 pieces")
        await li_na.choose_disposition("resolved")
        await li_na.shoot(pictures, "wrap-up")
        await li_na.part("btn-done").click()
        await li_na.state("ready")

    call = await detail(li_na, earlier)
    assert (call["number"], call["outcome"]) == (WANG, "answered")
    assert [s["step"] for s in call["path"]][-2:] == ["main_menu", "sales"]
    assert [(s["queue"], s["outcome"]) for s in call["stints"]] == [("sales", "answered")]
    assert call["legs"][0]["agent"] == "1001"
    assert call["legs"][0]["hold_s"] > 0
    assert call["talk_s"] > 0
    assert (call["wrap_ups"][0]["disposition"], call["wrap_ups"][0]["note"]) == (
        "resolved",
        "Wants a quote for 200 pieces",
    )
    await assert_both_sides_are_heard(li_na, call["id"], tmp_path)


async def assert_both_sides_are_heard(page: ConsolePage, call_id: str, folder: Path) -> None:
    async def recorded() -> list[dict[str, Any]] | None:
        recordings: list[dict[str, Any]] = (await page.api("GET", f"/calls/{call_id}"))["recordings"]
        return recordings if recordings and all(it["state"] == "stored" for it in recordings) else None

    (recording,) = await until(recorded)
    audio = await page.fetch_bytes(f"/api/v1/recordings/{recording['id']}/audio")
    heard = folder / "heard.wav"
    heard.write_bytes(audio)
    samples, rate = soundfile.read(heard)
    assert samples.shape[1] == 2
    assert len(samples) / rate == pytest.approx(recording["length_s"], abs=0.1)
    loudness = numpy.sqrt((samples**2).mean(axis=0))
    assert (loudness > 0.005).all(), loudness


async def test_a_service_killed_in_mid_call_loses_nothing_but_the_holds(
    ringdesk: RingdeskUp, li_na: ConsolePage, earlier: str, tmp_path: Path
) -> None:
    async with calling(ringdesk.sip_port, tmp_path, number=WANG, key="1") as caller:
        await li_na.answer()
        ringdesk.kill("service")
        # The conversation needs no service.
        await li_na.until_audio_flows()
        await ringdesk.until_healthy()
        assert caller.on_the_line
        await li_na.state("talking")
        await li_na.part("btn-hangup").click()
        await li_na.state("wrapping_up")
        await caller.hung_up()
        await li_na.finish("resolved")

    call = await detail(li_na, earlier)
    assert [s["step"] for s in call["path"]][-1] == "sales"
    assert call["stints"][0]["outcome"] == "answered"
    assert call["legs"][0]["agent"] == "1001"
    assert call["legs"][0]["hold_s"] is None
    assert call["talk_s"] > 1
    await assert_both_sides_are_heard(li_na, call["id"], tmp_path)


async def test_a_service_killed_in_mid_menu_sends_the_caller_to_the_fallback_queue(
    ringdesk: RingdeskUp, li_na: ConsolePage, earlier: str, tmp_path: Path
) -> None:
    async with calling(ringdesk.sip_port, tmp_path, number=WANG, key_after_ms=60_000):
        await ringdesk.until_caller_in("AGI")
        ringdesk.kill("service")
        await ringdesk.until_caller_in("Queue")
        await ringdesk.until_healthy()
        await li_na.answer()
        await li_na.part("btn-hangup").click()
        await li_na.finish("resolved")
    call = await detail(li_na, earlier)
    assert [(s["queue"], s["outcome"]) for s in call["stints"]] == [("service", "answered")]
    assert call["path"], "the steps before the kill are known from the records"


async def test_a_service_that_hangs_holds_no_caller_in_the_menu(
    ringdesk: RingdeskUp, li_na: ConsolePage, earlier: str, tmp_path: Path
) -> None:
    async with calling(ringdesk.sip_port, tmp_path, number=WANG, key_after_ms=60_000):
        await ringdesk.until_caller_in("AGI")
        ringdesk.kill("service", signal.SIGSTOP)
        try:
            await ringdesk.until_caller_in("Queue")
        finally:
            ringdesk.kill("service", signal.SIGCONT)
        await ringdesk.until_healthy()
        await li_na.answer()
        await li_na.part("btn-hangup").click()
        await li_na.finish("resolved")
    call = await detail(li_na, earlier)
    assert [s["queue"] for s in call["stints"]] == ["service"]


async def test_a_service_that_goes_on_hanging_is_started_again(
    ringdesk: RingdeskUp, li_na: ConsolePage
) -> None:
    ringdesk.kill("service", signal.SIGSTOP)
    await ringdesk.until_said("service did not answer for 20 s and was ended", within_s=60)
    await ringdesk.until_healthy()
    await li_na.state("ready")


async def test_asterisk_killed_comes_back_with_its_members_and_pauses(
    ringdesk: RingdeskUp, li_na: ConsolePage, browser: Browser
) -> None:
    colleague = await at_the_console(ringdesk, browser, "wangwei")
    await colleague.go_ready()
    await colleague.pause("lunch")
    before = await ringdesk.members()
    assert {(agent, reason) for agent, _, reason in before} >= {("1001", ""), ("1002", "lunch")}
    ringdesk.kill("asterisk")
    await expect(li_na.part("trouble-asterisk_away")).to_be_visible()
    await ringdesk.until_healthy()
    await li_na.state("ready")
    await colleague.state("paused")
    assert await ringdesk.members() == before
    await colleague.leave()


async def test_a_browser_killed_in_mid_call_puts_the_caller_first_in_the_queue(
    ringdesk: RingdeskUp, li_na: ConsolePage, tmp_path: Path
) -> None:
    await li_na.pause("break")
    async with chromium() as doomed:
        victim = await at_the_console(ringdesk, doomed, "wangwei")
        await victim.go_ready()
        first = calling(ringdesk.sip_port, tmp_path, number=WANG, key="1")
        async with first as caller:
            await victim.answer()
            second_folder = tmp_path / "second"
            second_folder.mkdir()
            async with calling(ringdesk.sip_port, second_folder, number="+8613900139000", key="1"):
                await ringdesk.until_waiting(1)
                await victim.kill_browser()
                await ringdesk.until_waiting(2, within_s=30)
                assert caller.on_the_line
                await li_na.go_ready()
                await li_na.state("ringing")
                await expect(li_na.part("pop-name")).to_contain_text("王小明")
                await li_na.answer()
                await li_na.part("btn-hangup").click()
                await li_na.finish("resolved")


async def test_the_test_call_button_brings_a_call(ringdesk: RingdeskUp, li_na: ConsolePage) -> None:
    before = (await li_na.api("GET", "/calls?test=true"))["items"]
    await li_na.place_test_call(keys="1")
    await li_na.answer()
    # The first one: the list of last calls below may have it too by now.
    await expect(li_na.part("test-mark").first).to_have_text("测试呼叫")
    await li_na.part("btn-hangup").click()
    await li_na.finish("resolved")

    async def recorded() -> bool:
        return len((await li_na.api("GET", "/calls?test=true"))["items"]) == len(before) + 1

    await until(recorded)
    await expect(li_na.part("last-call").first.get_by_test_id("test-mark")).to_be_visible()


async def test_status_says_in_exit_code_and_json_that_calls_can_be_taken(ringdesk: RingdeskUp) -> None:
    code, text = await ringdesk.command("status", "--json")
    assert code == 0, text
    assert json.loads(text)["takes_calls"] is True


async def test_nothing_on_the_desk_moves_from_ring_to_done_and_the_contacts_fill_its_height(
    li_na: ConsolePage,
) -> None:
    idle = await places_of(li_na, "dial-input")
    await li_na.place_test_call(keys="1")
    await li_na.state("ringing", within_ms=60_000)
    assert await places_of(li_na, "dial-input") == idle
    assert await area_of(li_na, "btn-answer") > 2 * await area_of(li_na, "btn-hangup")
    chips = await places_of(li_na, "disposition")
    await li_na.answer()
    assert await places_of(li_na, "dial-input") == idle
    others = ("btn-mute", "btn-hold", "btn-keypad", "btn-transfer")
    assert await area_of(li_na, "btn-hangup") > 2 * max([await area_of(li_na, it) for it in others])
    for box, (_, height) in zip(await places_of(li_na, "pop-timeline", parent=True), SIZES, strict=True):
        assert box["y"] + box["height"] == pytest.approx(height, abs=1)
        assert box["height"] > height / 2
    await li_na.part("btn-hangup").click()
    await li_na.state("wrapping_up")
    assert await places_of(li_na, "dial-input") == idle
    assert await places_of(li_na, "disposition") == chips
    await li_na.finish("resolved")


SIZES = ((1093, 614), (1366, 768), (1920, 1080))


async def places_of(page: ConsolePage, part: str, *, parent: bool = False) -> list[Any]:
    """Where a part stands in windows of each size."""
    places = []
    for width, height in SIZES:
        await page.page.set_viewport_size({"width": width, "height": height})
        places.append(await page.part(part).locator(".." if parent else "xpath=.").bounding_box())
    return places


async def area_of(page: ConsolePage, part: str) -> float:
    """Of a button, in square pixels."""
    box = await page.part(part).bounding_box()
    assert box is not None
    return box["width"] * box["height"]
