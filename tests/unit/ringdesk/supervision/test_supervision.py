"""Children are watched, restarted and ended with all they started; real processes, no telephony."""

import asyncio
import gc
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from ringdesk.problem import Problem
from ringdesk.supervision import child
from ringdesk.supervision.child import Child, ChildSpec
from ringdesk.supervision.process import ProcessIdentity, end_group
from ringdesk.supervision.supervisor import Backoff, Supervisor

# Says that it is ready by making a file named after its process id, then sleeps.
READY = (
    "import os, pathlib, time; pathlib.Path(os.environ['MARK'] + str(os.getpid())).touch(); time.sleep(60)"
)
# Where the kernel shares out processors by sessions, one's own nice value counts for nothing.
NICEST = (
    "os.nice(19)\ngroup = pathlib.Path('/proc/self/autogroup')\nif group.exists(): group.write_text('19')\n"
)
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + READY
PARENT = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {READY!r}]);" + READY


class Floor:
    """A supervisor with what it said and which processes it started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said: list[str] = []
        self.started: list[tuple[str, int]] = []
        self.news = asyncio.Condition()
        self.supervisor = Supervisor(self.said.append, lambda name, pid: self.started.append((name, pid)))

    def spec(self, code: str, name: str = "service", **options: Any) -> ChildSpec:
        async def ready() -> bool:
            pids = [pid for started, pid in self.started if started == name]
            return bool(pids) and self.mark(name, pids[-1]).exists()

        return ChildSpec(
            name=name,
            command=(sys.executable, "-c", code),
            output=self.folder / f"{name}.out",
            ready=ready,
            environment={"MARK": str(self.mark(name, ""))},
            **options,
        )

    def mark(self, name: str, pid: int | str) -> Path:
        return self.folder / f"{name}-ready-{pid}"

    def marked(self, name: str = "service") -> list[int]:
        return [int(path.name.rpartition("-")[2]) for path in self.folder.glob(f"{name}-ready-*")]


async def eventually(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110 - processes outside this loop tell nobody
            await asyncio.sleep(0.01)


@pytest.fixture
async def floor(tmp_path: Path) -> AsyncIterator[Floor]:
    floor = Floor(tmp_path)
    yield floor
    floor.supervisor.kill()
    await floor.supervisor.stop([])


async def test_start_returns_when_the_child_is_ready(floor: Floor) -> None:
    await floor.supervisor.start(floor.spec(READY))
    assert floor.marked() == [floor.started[0][1]]


async def test_a_child_that_ends_before_it_is_ready_is_a_problem_in_its_own_words(floor: Floor) -> None:
    with pytest.raises(Problem, match=r"service ended with status 3 before it was ready: no database"):
        await floor.supervisor.start(floor.spec("import sys; print('no database'); sys.exit(3)"))


async def test_a_child_that_is_never_ready_is_a_problem(floor: Floor) -> None:
    with pytest.raises(Problem, match=r"did not become ready: nothing happened for 0\.2 s"):
        await floor.supervisor.start(floor.spec("import time; time.sleep(60)", ready_within_s=0.2))


async def test_a_start_takes_as_long_as_it_gets_on(floor: Floor) -> None:
    work = "import time\nwhile time.process_time() < 1.2: pass\n"
    await floor.supervisor.start(floor.spec(work + READY, ready_within_s=0.5))
    assert floor.marked() == [floor.started[0][1]]


async def test_a_start_that_runs_in_circles_is_a_problem(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "_RUNS_TO_IDLE", 0.1)
    with pytest.raises(Problem, match=r"did not become ready: it has used \d s of processor time"):
        await floor.supervisor.start(floor.spec("while True: pass", ready_within_s=5))


async def test_a_child_is_as_nice_as_it_should_be_and_has_a_session_of_its_own(floor: Floor) -> None:
    await floor.supervisor.start(floor.spec(READY, niceness=5))
    await floor.supervisor.start(floor.spec(READY, name="other"))
    (_, nice), (_, other) = floor.started
    own = os.getpriority(os.PRIO_PROCESS, 0)
    priorities = [os.getpriority(os.PRIO_PROCESS, pid) for pid in (nice, other)]
    assert priorities == [min(own + 5, 19), own]
    assert [os.getsid(pid) for pid in (nice, other)] == [nice, other]


async def test_a_missing_program_is_a_problem(floor: Floor) -> None:
    spec = floor.spec(READY)
    missing = ChildSpec("asterisk", ("/nonexistent/asterisk",), spec.output, spec.ready)
    with pytest.raises(Problem, match="asterisk cannot be started: /nonexistent/asterisk: no such file"):
        await floor.supervisor.start(missing)


async def test_a_child_whose_output_has_no_place_is_a_problem(floor: Floor) -> None:
    spec = floor.spec(READY)
    spec.output.mkdir()
    with pytest.raises(Problem, match=r"service cannot be started: .*service.out: is a directory"):
        await floor.supervisor.start(spec)


async def test_of_a_traceback_with_frames_the_reason_is_told(floor: Floor) -> None:
    code = "raise ExceptionGroup('parts', [ValueError('the reason')])"
    with pytest.raises(Problem, match=r"before it was ready: ValueError: the reason"):
        await floor.supervisor.start(floor.spec(code))


async def test_a_child_that_dies_is_started_again_and_it_is_said(floor: Floor) -> None:
    await floor.supervisor.start(floor.spec(READY))
    keeping = asyncio.create_task(floor.supervisor.keep())
    os.kill(floor.started[0][1], signal.SIGKILL)
    await eventually(lambda: "service runs again" in floor.said)
    assert floor.said[0].startswith("service was ended by SIGKILL; starting it again in 0.5 s")
    assert floor.started[1][1] in floor.marked()
    keeping.cancel()


async def test_a_child_that_hangs_is_ended_and_started_again_and_says_where_it_hung(floor: Floor) -> None:
    await floor.supervisor.start(
        floor.spec(f"import faulthandler; faulthandler.enable(); {READY}", silent_s=0.2)
    )
    keeping = asyncio.create_task(floor.supervisor.keep())
    floor.mark(*floor.started[0]).unlink()
    await eventually(lambda: "service runs again" in floor.said)
    assert floor.said[0].startswith("service did not answer for 0.2 s and was ended; starting it again")
    assert "in <module>" in (floor.folder / "service.out").read_text()
    assert floor.started[1][1] in floor.marked()
    keeping.cancel()


async def test_a_child_that_is_stopped_by_a_signal_is_started_again(floor: Floor) -> None:
    await floor.supervisor.start(floor.spec(READY, silent_s=0.2, stop_within_s=0.2))
    keeping = asyncio.create_task(floor.supervisor.keep())
    os.kill(floor.started[0][1], signal.SIGSTOP)
    floor.mark(*floor.started[0]).unlink()
    await eventually(lambda: "service runs again" in floor.said)
    keeping.cancel()


@asynccontextmanager
async def greedy(cpu: int) -> AsyncIterator[None]:
    """Somebody who takes a whole processor."""
    process = await asyncio.create_subprocess_exec(
        "taskset", "-c", str(cpu), sys.executable, "-S", "-c", "while True: pass"
    )
    try:
        yield
    finally:
        process.kill()
        await process.wait()


async def test_a_child_that_is_starved_is_not_taken_for_one_that_hangs(floor: Floor) -> None:
    """It says nothing because it gets no processor; once it is stopped it has no excuse."""
    cpu = min(os.sched_getaffinity(0))
    circles = READY.replace("time.sleep(60)", f"os.sched_setaffinity(0, {{{cpu}}}); {NICEST}while True: pass")
    async with greedy(cpu):
        await floor.supervisor.start(floor.spec(circles, silent_s=0.4, stop_within_s=0.2))
        keeping = asyncio.create_task(floor.supervisor.keep())
        floor.mark(*floor.started[0]).unlink()
        await asyncio.sleep(2)  # five times as long as it may be silent
        assert floor.said == []
    # Without its turn on the processor it could not even be stopped.
    os.kill(floor.started[0][1], signal.SIGSTOP)
    await eventually(lambda: floor.said != [])
    assert floor.said[0].startswith("service did not answer for 0.4 s and was ended")
    keeping.cancel()


async def test_a_long_start_is_no_silence(floor: Floor) -> None:
    """Restarted, it takes longer to be ready than it may be silent."""
    slow = "import os, time; time.sleep(0 if os.path.exists(os.environ['MARK']) else 1);" + READY
    floor.mark("service", "").touch()
    await floor.supervisor.start(floor.spec(slow, silent_s=0.2))
    keeping = asyncio.create_task(floor.supervisor.keep())
    floor.mark("service", "").unlink()
    os.kill(floor.started[0][1], signal.SIGKILL)
    await eventually(lambda: "service runs again" in floor.said)
    assert len(floor.started) == 2
    keeping.cancel()


async def test_a_process_of_an_earlier_run_is_watched_like_a_child(floor: Floor) -> None:
    spec = floor.spec(READY)
    earlier = Child.start(spec)
    identity = ProcessIdentity.of(earlier.process.pid)
    assert identity is not None
    await floor.supervisor.adopt(spec, identity)
    keeping = asyncio.create_task(floor.supervisor.keep())
    os.kill(identity.pid, signal.SIGKILL)
    await eventually(lambda: "service runs again" in floor.said)
    assert floor.said[0].startswith("service ended; starting it again in 0.5 s")
    assert floor.started[0][1] == identity.pid
    keeping.cancel()


async def test_one_that_was_adopted_can_be_stopped(floor: Floor) -> None:
    spec = floor.spec(STUBBORN, stop_within_s=0.2)
    earlier = Child.start(spec)
    identity = ProcessIdentity.of(earlier.process.pid)
    assert identity is not None
    await floor.supervisor.adopt(spec, identity)
    await floor.supervisor.stop([])
    assert not identity.alive


async def test_one_that_is_released_outlives_us(floor: Floor) -> None:
    await floor.supervisor.start(floor.spec(READY))
    identity = ProcessIdentity.of(floor.started[0][1])
    assert identity is not None
    floor.supervisor.release("service")
    await floor.supervisor.stop([])
    gc.collect()
    assert identity.alive
    await end_group(identity, within_s=5)


async def test_stopping_ends_the_children_of_children_too(floor: Floor) -> None:
    await floor.supervisor.start(floor.spec(PARENT))
    await eventually(lambda: len(floor.marked()) == 2)
    await floor.supervisor.stop([])
    await eventually(lambda: not any(map(ProcessIdentity.of, floor.marked())))


async def test_a_child_that_ignores_the_request_is_ended_all_the_same(floor: Floor) -> None:
    await floor.supervisor.start(floor.spec(STUBBORN, stop_within_s=0.2))
    await floor.supervisor.stop([])
    assert ProcessIdentity.of(floor.started[0][1]) is None


async def test_children_end_in_the_order_asked_for(floor: Floor) -> None:
    for name in ("asterisk", "service", "watchdog"):
        told = f"import signal; signal.signal(signal.SIGTERM, lambda *_: (print('{name}'), exit()));" + READY
        spec = floor.spec(told, name=name)
        await floor.supervisor.start(
            ChildSpec(name, spec.command, floor.folder / "all.out", spec.ready, environment=spec.environment)
        )
    await floor.supervisor.stop(["watchdog", "service", "asterisk"])
    assert (floor.folder / "all.out").read_text().split() == ["watchdog", "service", "asterisk"]


async def test_a_process_left_by_an_earlier_instance_is_ended(floor: Floor) -> None:
    await floor.supervisor.start(floor.spec(READY))
    identity = ProcessIdentity.of(floor.started[0][1])
    assert identity is not None
    await end_group(identity, within_s=10)
    await eventually(lambda: not identity.alive)


def test_another_process_with_the_same_id_is_a_stranger() -> None:
    own = ProcessIdentity.of(os.getpid())
    assert own is not None
    assert own.alive
    assert not ProcessIdentity(own.pid, own.started_ticks - 1).alive


def test_pauses_double_up_to_half_a_minute_and_are_forgotten_after_a_steady_minute() -> None:
    backoff = Backoff()
    assert [backoff.pause_s(1) for _ in range(9)] == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    assert backoff.pause_s(61) == 0.5
