"""A run of `ringdesk up`: a full disk, whose code its children run, Ctrl-C while a failed start ends."""

import asyncio
import dataclasses
import errno
import io
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ringdesk.health.ask import Health
from ringdesk.installation.home import Home
from ringdesk.installation.installation import Installation
from ringdesk.installation.secrets import SecretStore
from ringdesk.problem import Problem
from ringdesk.settings.sources import load
from ringdesk.supervision import start as start_module
from ringdesk.supervision.child import ChildSpec
from ringdesk.supervision.instance import InstanceFile
from ringdesk.supervision.start import Start


@pytest.fixture
def out() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def start(tmp_path: Path, out: io.StringIO) -> Start:
    home = Home(tmp_path / "var")
    home.make()
    return Start(Installation(home, load(home, environment={}), SecretStore(home.secrets)), {}, out)


def fill_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(file: InstanceFile, record: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(InstanceFile, "write", refuse)


def test_before_all_is_ready_a_full_disk_stops_the_start(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_the_disk(monkeypatch)
    with pytest.raises(OSError, match="No space left"):
        start._started("service", os.getpid())


def test_afterwards_a_child_that_is_started_again_goes_on(
    start: Start, out: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    start._note(dataclasses.replace(start._record, ready=True))
    fill_the_disk(monkeypatch)
    start._started("service", os.getpid())
    assert "service runs, but its process id cannot be saved: no space left on device" in out.getvalue()


@pytest.fixture
async def service(start: Start) -> AsyncIterator[asyncio.subprocess.Process]:
    """A service that works for a second and is idle then; never well, as long as it works."""
    code = "import time\nwhile time.process_time() < 1: pass\nprint(flush=True)\ntime.sleep(60)"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-S", "-c", code, stdout=asyncio.subprocess.PIPE
    )
    start._started("service", process.pid)
    yield process
    process.kill()
    await process.wait()


@pytest.mark.parametrize("gets_well", [True, False])
async def test_calls_are_waited_for_as_long_as_the_service_is_at_work(
    start: Start, service: asyncio.subprocess.Process, gets_well: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked = False

    async def health(door: Path) -> Health:
        return Health(True, worked and gets_well, {"asterisk": "down"})

    async def watch() -> None:
        nonlocal worked
        assert service.stdout is not None
        await service.stdout.readline()
        worked = True

    monkeypatch.setattr(start_module, "ask_health", health)
    monkeypatch.setattr(start_module, "_CALLS_WITHIN_S", 0.4)
    watching = asyncio.create_task(watch())
    waiting = start._wait_for_calls(lambda text: None)
    if gets_well:
        assert await waiting == "can be taken"
    else:
        with pytest.raises(Problem, match=r"cannot be taken: asterisk: down \(see .*service.log\)"):
            await waiting
    assert worked
    await watching


def test_children_run_the_code_of_this_clone_whatever_lies_in_the_current_folder(
    start: Start, tmp_path: Path
) -> None:
    async def ready() -> bool:
        return True

    (tmp_path / "secrets.py").write_text("raise SystemExit('a module of the current folder was taken')")
    (tmp_path / "ringdesk.py").write_text("raise SystemExit('another Ringdesk was taken')")
    spec = start._own_command("service", "settings", ready)
    environment = {**os.environ, "PYTHONPATH": "", **spec.environment}
    ran = subprocess.run(
        spec.command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "asterisk.sip_port" in ran.stdout


@pytest.mark.parametrize("nohup", [False, True])
async def test_a_closed_terminal_stops_it_unless_it_was_started_with_nohup(start: Start, nohup: bool) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN if nohup else signal.SIG_DFL)
    try:
        start._listen_for_signals()
        assert (signal.getsignal(signal.SIGHUP) is signal.SIG_IGN) == nohup
    finally:
        asyncio.get_running_loop().remove_signal_handler(signal.SIGHUP)
        signal.signal(signal.SIGHUP, before)


# Asked to end, it presses Ctrl-C on the one who asked, and lives on.
PRESSES_CTRL_C = (
    "import os, signal, time;"
    "signal.signal(signal.SIGTERM, lambda *_: os.kill(os.getppid(), signal.SIGINT));"
    "print('ready', flush=True); time.sleep(60)"
)


async def test_ctrl_c_while_a_failed_start_ends_leaves_no_child_running(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, out: io.StringIO
) -> None:
    output = tmp_path / "child.out"

    async def ready() -> bool:
        return "ready" in output.read_text()

    async def start_one_and_fail() -> None:
        await start._supervisor.start(
            ChildSpec("service", (sys.executable, "-c", PRESSES_CTRL_C), output, ready, stop_within_s=0.5)
        )
        raise Problem("the next step failed")

    monkeypatch.setattr(start, "_clear_leftovers", start_one_and_fail)
    with pytest.raises(Problem, match="the next step failed"):
        await start.run()
    assert "stopping" in out.getvalue()
    child = start._record.children["service"]
    assert not child.alive
