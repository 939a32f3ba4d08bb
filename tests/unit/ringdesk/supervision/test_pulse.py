"""Silence is counted in a process's own time: stopped ones are silent, starved ones are late."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from ringdesk.health.door import health_door
from ringdesk.health.liveness import Liveness
from ringdesk.supervision.own_time import Moment, idle_s, own_s
from ringdesk.supervision.pulse import Pulse


def moment(at: float, ran: float = 0.0, waited: float = 0.0, *, runnable: bool = False) -> Moment:
    return Moment(at, runnable, ran, waited, runnable, ran, waited)


def test_asleep_and_running_are_time_of_its_own_and_waiting_for_a_processor_is_not() -> None:
    start = moment(0)
    assert own_s(start, moment(10), 60) == 10
    assert own_s(start, moment(10, ran=10), 60) == 10
    assert own_s(start, moment(10, ran=1, waited=8), 60) == 2


def test_who_waits_for_a_processor_right_now_has_had_what_it_ran() -> None:
    assert own_s(moment(0), moment(10, ran=0.5, runnable=True), 60) == 0.5


def test_no_more_counts_than_the_looks_are_apart() -> None:
    assert own_s(moment(0), moment(100), 3) == 3
    assert own_s(moment(0), moment(100, ran=90, runnable=True), 3) == 3
    assert idle_s(moment(0), moment(100), 3) == 3


def test_another_process_in_its_place_never_makes_time_negative() -> None:
    old = moment(0, ran=50, waited=50)
    assert own_s(old, moment(1, runnable=True), 60) == 0
    assert own_s(old, moment(1), 60) == 1
    assert own_s(moment(0), moment(1, waited=5), 60) == 0


def test_idle_is_only_where_nothing_ran_or_wanted_to() -> None:
    assert idle_s(moment(0), moment(10, ran=3, waited=4), 60) == pytest.approx(3)
    assert idle_s(moment(0), moment(10, ran=20), 60) == 0
    assert idle_s(moment(0), moment(10, runnable=True), 60) == 0
    assert idle_s(moment(0, ran=9), moment(10, ran=2), 60) == 10


@contextmanager
def python(code: str, *prefix: str) -> Iterator[int]:
    """A process that runs this."""
    process = subprocess.Popen([*prefix, sys.executable, "-S", "-E", "-c", code])
    try:
        yield process.pid
    finally:
        process.kill()
        process.wait()


def at(pid: int) -> Moment:
    now = Moment.of(pid)
    assert now is not None
    return now


def own_time_of(pid: int, seconds: float) -> float:
    before = at(pid)
    time.sleep(seconds)
    return own_s(before, at(pid), 60)


def test_a_stopped_process_has_all_the_time() -> None:
    with python("while True: pass") as pid:
        os.kill(pid, signal.SIGSTOP)
        assert own_time_of(pid, 0.3) == pytest.approx(0.3, abs=0.1)


def test_a_starved_process_has_hardly_any() -> None:
    """One processor for two, of whom one is much nicer."""
    cpu = str(min(os.sched_getaffinity(0)))
    greedy = ("taskset", "-c", cpu)
    with (
        python("while True: pass", *greedy),
        python("while True: pass", *greedy, "nice", "-n", "19") as pid,
    ):
        while at(pid).ran_s < 0.05:
            time.sleep(0.05)
        assert own_time_of(pid, 1.0) < 0.4


def test_who_works_in_another_thread_is_not_idle() -> None:
    code = "import threading, time\nthreading.Thread(target=lambda: [0 for _ in iter(int, 1)]).start()"
    with python(f"{code}\ntime.sleep(60)") as pid:
        while not at(pid).any_runnable:
            time.sleep(0.01)
        before = at(pid)
        time.sleep(0.5)
        assert idle_s(before, at(pid), 60) < 0.2


def test_of_a_process_that_has_ended_there_is_nothing_to_say() -> None:
    process = subprocess.Popen(["true"])
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert Moment.of(process.pid) is None
    process.wait()
    assert Moment.of(process.pid) is None


def test_all_threads_of_a_process_count_as_its_work() -> None:
    before = at(os.getpid())
    deadline = time.process_time() + 0.3
    while time.process_time() < deadline:
        pass
    assert at(os.getpid()).all_ran_s - before.all_ran_s == pytest.approx(0.3, abs=0.15)


class Partner:
    """Answers, falls silent, or is away."""

    def __init__(self) -> None:
        self.speaks = asyncio.Event()
        self.asked = 0
        self.there = True

    async def ask(self) -> bool:
        self.asked += 1
        if self.there:
            await self.speaks.wait()
        return self.there


async def looks(pulse: Pulse, until_s: float) -> None:
    while pulse.silent_s < until_s:
        await pulse.look()
        await asyncio.sleep(0.01)


async def test_one_question_waits_for_its_answer_and_silence_ends_with_it() -> None:
    partner = Partner()
    pulse = Pulse(partner.ask, lambda: None, patience_s=0.02)
    async with asyncio.timeout(10):
        await looks(pulse, 0.1)
    assert partner.asked == 1
    partner.speaks.set()
    async with asyncio.timeout(10):
        while not await pulse.look():
            pass
    assert pulse.silent_s == 0
    assert await pulse.look()
    assert partner.asked == 2


async def test_where_nobody_is_there_is_silence_too() -> None:
    partner = Partner()
    partner.there = False
    pulse = Pulse(partner.ask, lambda: None, patience_s=0.02)
    async with asyncio.timeout(10):
        await looks(pulse, 0.1)
    assert partner.asked > 2


async def test_time_in_which_nobody_asked_is_no_silence() -> None:
    partner = Partner()
    partner.speaks.set()
    pulse = Pulse(partner.ask, lambda: None, patience_s=0.02)
    assert await pulse.look()
    partner.speaks.clear()
    await asyncio.sleep(0.2)
    await pulse.look()
    assert pulse.silent_s < 0.1
    pulse.close()


async def test_an_asker_that_was_kept_from_looking_blames_nobody() -> None:
    partner = Partner()
    pulse = Pulse(partner.ask, lambda: None, patience_s=0.02)
    await pulse.look()
    time.sleep(0.5)  # noqa: ASYNC251 - the asker itself is stopped
    await pulse.look()
    assert pulse.silent_s < 0.2
    pulse.close()


@asynccontextmanager
async def service(folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process with nothing but the door."""
    code = (
        "import asyncio, pathlib, sys\n"
        "from ringdesk.health.door import health_door\n"
        "async def main():\n"
        "    async with health_door(pathlib.Path(sys.argv[1]), lambda: {'status': 'degraded'}):\n"
        "        print(flush=True)\n"
        "        await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        code,
        str(folder / "door"),
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[4],
    )
    assert process.stdout is not None
    await process.stdout.readline()
    try:
        yield process
    finally:
        process.kill()
        await process.wait()


async def test_a_service_that_is_stopped_does_not_work_until_it_answers_again(tmp_path: Path) -> None:
    async with service(tmp_path) as process:
        liveness = Liveness(tmp_path / "door", silent_s=0.2, look_s=0.02)
        # Degraded is alive.
        assert await liveness.works()
        process.send_signal(signal.SIGSTOP)
        async with asyncio.timeout(10):
            while await liveness.works():
                pass
        process.send_signal(signal.SIGCONT)
        async with asyncio.timeout(10):
            while not await liveness.works():
                pass


async def test_a_service_that_is_gone_does_not_work(tmp_path: Path) -> None:
    async with health_door(tmp_path / "door", lambda: {"status": "ok"}):
        liveness = Liveness(tmp_path / "door", silent_s=0.2, look_s=0.02)
        assert await liveness.works()
    async with asyncio.timeout(10):
        while await liveness.works():
            pass
