"""A machine with too much to do ends no service: one that is starved is late, one that is stopped hangs."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ringdesk.supervision.own_time import Moment
from ringdesk.supervision.process import ProcessIdentity
from tests.support.ringdesk_up import RingdeskUp, running_ringdesk
from tests.support.sipp_caller import calling

pytestmark = pytest.mark.timeout(600)

GREEDY = 8
# More than twice as long as a service that hangs is borne.
STARVED_S = 45.0
NICEST = 19


@pytest.fixture
async def ringdesk(tmp_path: Path) -> AsyncIterator[RingdeskUp]:
    async with running_ringdesk(tmp_path / "var") as running:
        yield running


@contextlib.asynccontextmanager
async def starving(pid: int) -> AsyncIterator[None]:
    """Leaves this process a thousandth of one processor, and the rest of the machine as it is.

    It is put on one processor with greedy others, each in a session of its own, and is much nicer than they.
    """
    cpu = min(os.sched_getaffinity(0))
    others = [
        await asyncio.create_subprocess_exec(
            "taskset", "-c", str(cpu), sys.executable, "-S", "-c", "while True: pass", start_new_session=True
        )
        for _ in range(GREEDY)
    ]
    try:
        hold_down(pid, cpu)
        yield
    finally:
        for other in others:
            other.kill()
        await asyncio.gather(*(other.wait() for other in others))
        let_run(pid, os.sched_getaffinity(0))


def hold_down(pid: int, cpu: int) -> None:
    let_run(pid, {cpu})
    for thread in threads_of(pid):
        with contextlib.suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, thread, NICEST)
    with contextlib.suppress(FileNotFoundError):
        Path(f"/proc/{pid}/autogroup").write_text(str(NICEST))


def let_run(pid: int, on: set[int]) -> None:
    for thread in threads_of(pid):
        with contextlib.suppress(ProcessLookupError):
            os.sched_setaffinity(thread, on)


def threads_of(pid: int) -> list[int]:
    with contextlib.suppress(FileNotFoundError):
        return [int(thread.name) for thread in Path(f"/proc/{pid}/task").iterdir()]
    return []


def now(pid: int) -> Moment:
    moment = Moment.of(pid)
    assert moment is not None
    return moment


async def test_a_starved_service_is_not_ended_and_keeps_its_callers(
    ringdesk: RingdeskUp, tmp_path: Path
) -> None:
    service = ProcessIdentity.of(ringdesk.pid("service"))
    assert service is not None
    async with calling(ringdesk.sip_port, tmp_path, key_after_ms=120_000):
        await ringdesk.until_caller_in("AGI")
        async with starving(service.pid):
            before = now(service.pid)
            await asyncio.sleep(STARVED_S)
            after = now(service.pid)
        assert after.ran_s - before.ran_s < 3, "it was not starved"
        assert service.alive
        assert not any("did not answer" in line for line in ringdesk.output)
        assert "its callers go on without it" not in (ringdesk.home / "log" / "watchdog.log").read_text()
    await ringdesk.hang_up_all()
    await ringdesk.until_healthy()
    assert ringdesk.pid("service") == service.pid

    ringdesk.kill("service", signal.SIGSTOP)
    await ringdesk.until_said("service did not answer for 20 s and was ended")
    await ringdesk.until_healthy()
