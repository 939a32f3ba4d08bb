"""A service that accepts callers and falls silent: the watchdog moves them on and frees the agents."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import SecretStr

from asterisk_conf.watchdog import WATCHDOG_USER, WatchdogTimes, run_watchdog
from cti.settings import AmiSettings
from tests.support.telephony.lab import SECRETS, Lab
from tests.support.telephony.menu_server import MenuServer

_QUICK = WatchdogTimes(every_s=0.1, answer_s=0.3, misses=2)


class HealthPage:
    """The service's health page: answers, or accepts and says nothing."""

    def __init__(self) -> None:
        self.silent = False
        self.asked: asyncio.Queue[None] = asyncio.Queue()
        self._server: asyncio.Server | None = None

    async def start(self) -> str:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/api/health"

    def stop(self) -> None:
        assert self._server is not None
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.asked.put_nowait(None)
        if self.silent:
            await reader.read()
        else:
            writer.write(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
        writer.close()


@asynccontextmanager
async def watching(lab: Lab, page: HealthPage) -> AsyncIterator[None]:
    """A watchdog with its own account beside the test."""
    ami = AmiSettings(port=lab.spec.ports.ami, username=WATCHDOG_USER, secret=SecretStr(SECRETS.watchdog))
    task = asyncio.create_task(run_watchdog(await page.start(), ami, _QUICK))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        page.stop()


async def test_caller_in_a_silent_menu_reaches_the_fallback_queue_and_an_agent(lab: Lab) -> None:
    ami = await lab.tap()
    agent = await lab.agent("1001", "service", ami=ami)
    menu = await MenuServer(None).start(lab.spec.ports.agi)
    page = HealthPage()
    async with watching(lab, page):
        await (await lab.caller()).dial("4001")
        await menu.accepted.wait()
        page.silent = True
        ringing = await agent.ring(10)
        await ringing.answer()
        joined = await ami.wait("QueueCallerJoin")
        assert joined["Queue"] == "service"
    await menu.stop()


async def test_queue_that_the_menu_had_chosen_is_kept(lab: Lab) -> None:
    ami = await lab.tap()
    chosen = ("SET VARIABLE RD_QUEUE sales", "SET VARIABLE RD_RESULT queue", 'EXEC Wait "60"')
    menu = await MenuServer(chosen).start(lab.spec.ports.agi)
    page = HealthPage()
    page.silent = True
    async with watching(lab, page):
        await (await lab.caller()).dial("4001")
        assert (await ami.wait("QueueCallerJoin", timeout_s=10))["Queue"] == "sales"
    await menu.stop()


async def test_degraded_service_that_answers_keeps_its_callers(lab: Lab) -> None:
    ami = await lab.tap()
    menu = await MenuServer(None).start(lab.spec.ports.agi)
    page = HealthPage()
    async with watching(lab, page):
        await (await lab.caller()).dial("4001")
        await menu.accepted.wait()
        for _ in range(6):
            await page.asked.get()
        assert ami.named("QueueCallerJoin") == []
    await menu.stop()


async def test_agents_in_after_call_work_are_freed_and_others_stay_paused(lab: Lab) -> None:
    ami = await lab.tap()
    for extension, reason in (("1001", "wrapup"), ("1002", "lunch")):
        await lab.agent(extension, "service", "sales", ami=ami)
        await ami.action("QueuePause", Interface=f"PJSIP/{extension}", Paused="true", Reason=reason)
    page = HealthPage()
    page.silent = True
    async with watching(lab, page):
        for queue in ("service", "sales"):
            await ami.wait("QueueMemberPause", Queue=queue, MemberName="1001", Paused="0", timeout_s=10)
    assert ami.named("QueueMemberPause", MemberName="1002", Paused="0") == []
