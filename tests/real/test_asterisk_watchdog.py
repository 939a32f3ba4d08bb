"""A service that accepts callers and falls silent: the watchdog moves them on and frees the agents."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from pydantic import SecretStr

from asterisk_conf.watchdog import WATCHDOG_USER, run_watchdog
from cti.settings import AmiSettings
from ringdesk.health.liveness import Liveness
from ringdesk.installation.home import CLONE
from tests.support.telephony.lab import SECRETS, Lab
from tests.support.telephony.menu_server import MenuServer


class Service:
    """The service's door in a process of its own, which can be stopped and go on."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    def hang(self) -> None:
        self._process.send_signal(signal.SIGSTOP)


_DOOR = """
import asyncio, pathlib, sys
from ringdesk.health.door import health_door

async def main():
    async with health_door(pathlib.Path(sys.argv[1]), lambda: {"status": "degraded"}):
        print(flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


@asynccontextmanager
async def watching(lab: Lab) -> AsyncIterator[Service]:
    """A degraded service, and a watchdog with its own account beside the test."""
    door = lab.folders.root / "service.sock"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _DOOR, str(door), stdout=asyncio.subprocess.PIPE, cwd=CLONE
    )
    assert process.stdout is not None
    await process.stdout.readline()
    ami = AmiSettings(port=lab.spec.ports.ami, username=WATCHDOG_USER, secret=SecretStr(SECRETS.watchdog))
    liveness = Liveness(door, silent_s=0.6, look_s=0.1)
    task = asyncio.create_task(run_watchdog(liveness.works, ami, every_s=0.1))
    try:
        yield Service(process)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        process.kill()
        await process.wait()


async def test_caller_in_a_silent_menu_reaches_the_fallback_queue_and_an_agent(lab: Lab) -> None:
    ami = await lab.tap()
    agent = await lab.agent("1001", "service", ami=ami)
    menu = await MenuServer(None).start(lab.spec.ports.agi)
    async with watching(lab) as service:
        await (await lab.caller()).dial("4001")
        await menu.accepted.wait()
        service.hang()
        ringing = await agent.ring(10)
        await ringing.answer()
        joined = await ami.wait("QueueCallerJoin")
        assert joined["Queue"] == "service"
    await menu.stop()


async def test_queue_that_the_menu_had_chosen_is_kept(lab: Lab) -> None:
    ami = await lab.tap()
    chosen = ("SET VARIABLE RD_QUEUE sales", "SET VARIABLE RD_RESULT queue", 'EXEC Wait "60"')
    menu = await MenuServer(chosen).start(lab.spec.ports.agi)
    async with watching(lab) as service:
        service.hang()
        await (await lab.caller()).dial("4001")
        assert (await ami.wait("QueueCallerJoin", timeout_s=10))["Queue"] == "sales"
    await menu.stop()


async def test_degraded_service_that_answers_keeps_its_callers(lab: Lab) -> None:
    ami = await lab.tap()
    menu = await MenuServer(None).start(lab.spec.ports.agi)
    async with watching(lab):
        await (await lab.caller()).dial("4001")
        await menu.accepted.wait()
        # Three times as long as a silent one would be borne.
        with pytest.raises(TimeoutError):
            await ami.wait("QueueCallerJoin", timeout_s=2)
    await menu.stop()


async def test_agents_in_after_call_work_are_freed_and_others_stay_paused(lab: Lab) -> None:
    ami = await lab.tap()
    for extension, reason in (("1001", "wrapup"), ("1002", "lunch")):
        await lab.agent(extension, "service", "sales", ami=ami)
        await ami.action("QueuePause", Interface=f"PJSIP/{extension}", Paused="true", Reason=reason)
    async with watching(lab) as service:
        service.hang()
        for queue in ("service", "sales"):
            await ami.wait("QueueMemberPause", Queue=queue, MemberName="1001", Paused="0", timeout_s=10)
    assert ami.named("QueueMemberPause", MemberName="1002", Paused="0") == []
