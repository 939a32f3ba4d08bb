"""The good path in Debian's Firefox, with sound both ways, and what Firefox does otherwise said in words."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.firefox import ALT, MICROPHONE_HZ, FirefoxPage, firefox
from tests.support.ringdesk_up import RingdeskUp, running_ringdesk
from tests.support.sound import heard
from tests.support.waiting import until

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(180)]

PICTURES = Path(__file__).parents[2] / "var" / "test-pictures"
# Well above silence; the test caller speaks ten times as loud.
LOUD = 0.03
NEWEST_IS_RECORDED = """async () => {
    const ask = async (path) => (await fetch(`/api/v1/calls${path}`)).json();
    const [newest] = (await ask("?test=true&limit=1")).items;
    return newest !== undefined && (await ask(`/${newest.id}`)).recordings[0]?.state === "stored";
}"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ringdesk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RingdeskUp]:
    async with running_ringdesk(tmp_path_factory.mktemp("ringdesk"), short_menu=True) as ringdesk:
        yield ringdesk


@pytest_asyncio.fixture(loop_scope="module")
async def page(tmp_path: Path) -> AsyncIterator[FirefoxPage]:
    profile = tmp_path / "firefox"
    profile.mkdir()
    async with firefox(profile) as page:
        yield page


async def test_a_call_with_sound_both_ways_and_what_differs_in_words(
    ringdesk: RingdeskUp, page: FirefoxPage, tmp_path: Path
) -> None:
    await sign_in(ringdesk, page)
    await page.click("btn-ready")
    await page.state("ready")
    # While a question stands unanswered Firefox may keep the microphone waiting.
    await page.until_says("notice", "allow notifications in the settings")
    assert await page.question() is None

    await page.click("test-call")
    await page.click("test-submit")
    await page.state("ringing")
    await page.until_says("pop-name", "Wang")
    await page.click("btn-answer")
    await page.state("talking")
    await page.until_audio_flows()
    await page.until_heard(LOUD)
    await page.click("btn-hold")
    await page.state("holding")
    await page.click("btn-hold")
    await page.state("talking")
    await page.until_audio_flows()
    PICTURES.mkdir(parents=True, exist_ok=True)
    (PICTURES / "firefox-talking.png").write_bytes(await page.picture())
    # Firefox has menus on some of these letters.
    await page.press("x", holding=ALT)
    await page.state("wrapping_up")
    await choose_disposition(page)
    await page.click("btn-done")
    await page.state("ready")

    await the_history_plays_what_the_microphone_heard(ringdesk, page, tmp_path)


async def sign_in(ringdesk: RingdeskUp, page: FirefoxPage) -> None:
    """As lina at her first visit: Firefox asks for the microphone, and the console says what to answer."""
    await page.go_to(ringdesk.url)
    await page.fill("login", "lina")
    await page.fill("password", ringdesk.password("lina"))
    await page.click("sign-in")
    box = await page.until_asked()
    await page.until_says("trouble-microphone_asking", f"“{box}”")
    await page.allow_for_good()
    await page.until_gone("trouble-microphone_asking")


async def choose_disposition(page: FirefoxPage) -> None:
    """The result of the call, by its number."""
    await page.press("1")


async def the_history_plays_what_the_microphone_heard(
    ringdesk: RingdeskUp, page: FirefoxPage, folder: Path
) -> None:
    """From the newest call to the tone of Firefox's microphone in its recording."""
    await until(lambda: page.script(NEWEST_IS_RECORDED), 30)
    # A page that is loaded anew: who said "remember" is not asked again.
    await page.go_to(f"{ringdesk.url}/history")
    await page.click("history-row")
    await page.until_says("detail-outcome", "Answered")
    await page.until_says("detail-wrap-up", "Resolved")
    await page.play("player")
    recording = folder / "recording.wav"
    recording.write_bytes(await page.bytes_of("player"))
    assert heard(recording, side=1).seconds_of(MICROPHONE_HZ) > 1
    assert heard(recording, side=0).voiced_s > 1
    await page.until_light("phone", "good")
    assert await page.question() is None
