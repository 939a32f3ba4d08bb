"""What just happened stands in the middle of the agent's desk, with the next step: on real calls."""

import signal
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.support.console_fixtures import at_the_console
from tests.support.console_page import ConsolePage
from tests.support.ringdesk_up import RingdeskUp, running_ringdesk

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(180)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ringdesk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RingdeskUp]:
    async with running_ringdesk(tmp_path_factory.mktemp("ringdesk"), short_menu=True) as ringdesk:
        yield ringdesk


async def test_a_missed_call_is_said_where_the_caller_waits_and_ready_is_one_click(
    li_na: ConsolePage,
) -> None:
    await li_na.place_test_call(keys="1")
    await li_na.state("ringing", within_ms=60_000)
    await li_na.state("paused", within_ms=40_000)
    happened = li_na.part("happened")
    await expect(happened).to_have_attribute("data-kind", "missed")
    await expect(happened).to_contain_text("您未接听 王小明 的来电")
    await expect(happened).to_contain_text("正在“销售”排队")
    await li_na.part("happened-ready").click()
    await li_na.answer()
    await expect(happened).to_be_hidden()
    await li_na.part("btn-hangup").click()
    await li_na.finish("resolved")


async def test_a_caller_who_hangs_up_while_it_rings_is_there_at_once_to_be_called_back(
    ringdesk: RingdeskUp, li_na: ConsolePage
) -> None:
    await li_na.place_test_call(keys="1")
    await li_na.state("ringing", within_ms=60_000)
    await ringdesk.hang_up_callers()
    await expect(li_na.part("happened")).to_have_attribute("data-kind", "caller_gone", timeout=3_000)
    await li_na.state("ready")
    await li_na.part("happened-call-back").click()
    await li_na.state("talking", within_ms=30_000)
    await expect(li_na.part("happened")).to_be_hidden()
    await li_na.part("btn-hangup").click()
    await li_na.finish("resolved")


async def test_a_transfer_that_is_not_taken_says_by_whom_and_where_the_caller_is(
    ringdesk: RingdeskUp, browser: Browser, li_na: ConsolePage
) -> None:
    await li_na.place_test_call(keys="1")
    await li_na.answer()
    wang_wei = await at_the_console(ringdesk, browser, "wangwei")
    await wang_wei.go_ready()
    await wang_wei.pause("break")
    await li_na.part("btn-transfer").click()
    await li_na.part("target-agent-1002").click()
    await li_na.part("transfer-submit").click()
    await wang_wei.state("ringing")
    await wang_wei.part("btn-hangup").click()
    happened = li_na.part("happened")
    await expect(happened).to_have_attribute("data-kind", "not_taken")
    await expect(happened).to_contain_text("王伟 拒接，王小明 已转回")
    await expect(happened).to_contain_text("在“销售”排在最前")
    await li_na.choose_disposition("resolved")
    await li_na.part("btn-done").click()
    await li_na.answer()
    await expect(happened).to_be_hidden()
    await li_na.part("btn-hangup").click()
    await li_na.finish("resolved")
    await wang_wei.leave()


async def test_who_is_signed_out_by_a_supervisor_reads_by_whom_and_why(
    ringdesk: RingdeskUp, browser: Browser, li_na: ConsolePage
) -> None:
    supervisor = await at_the_console(ringdesk, browser, "zhaomin")
    await supervisor.api("POST", "/agents/1001/signout", {"reason": "Went home"})
    await li_na.state("signed_out")
    await expect(li_na.part("happened")).to_contain_text("赵敏 已将您签出")
    await expect(li_na.part("happened")).to_contain_text("原因：“Went home”")
    await li_na.part("happened-ready").click()
    await li_na.state("ready")
    await expect(li_na.part("happened")).to_be_hidden()
    await supervisor.page.context.close()


async def test_a_service_that_does_not_answer_is_said_and_the_phone_here_holds(
    ringdesk: RingdeskUp, li_na: ConsolePage
) -> None:
    await li_na.place_test_call(keys="1")
    await li_na.answer()
    ringdesk.kill("service", signal.SIGSTOP)
    try:
        await li_na.part("btn-hold").click()
        await expect(li_na.part("unanswered")).to_be_visible(timeout=4_500)
        await expect(li_na.part("btn-hold")).to_have_attribute("aria-pressed", "true")
    finally:
        ringdesk.kill("service", signal.SIGCONT)
    await expect(li_na.part("unanswered")).to_be_hidden()
    await li_na.part("btn-hold").click()
    await li_na.state("talking")
    await li_na.part("btn-hangup").click()
    await li_na.finish("resolved")
