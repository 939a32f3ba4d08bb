"""Taking over: the one that runs another program is asked to hand over, and ended if it does not."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ringdesk.installation.home import Home
from ringdesk.supervision.instance import InstanceFile, InstanceRecord
from ringdesk.supervision.process import ProcessIdentity, own_identity
from ringdesk.upgrade import takeover
from ringdesk.upgrade.takeover import of_another_program, take_over

HANDS_OVER = "signal.signal(signal.SIGUSR1, lambda *_: sys.exit(0))"
KNOWS_NOTHING = ""
IGNORES = "signal.signal(signal.SIGUSR1, signal.SIG_IGN)"


@contextmanager
def running(code: str) -> Iterator[subprocess.Popen[str]]:
    program = f"import signal, sys, time\n{code}\nprint('ready', flush=True)\ntime.sleep(60)"
    with subprocess.Popen(
        [sys.executable, "-S", "-c", program], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize(("code", "status"), [(HANDS_OVER, 0), (KNOWS_NOTHING, -10), (IGNORES, -9)])
def test_it_has_ended_in_the_end(code: str, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(takeover, "_WITHIN_S", 60.0 if code != IGNORES else 0.2)
    with running(code) as process:
        identity = ProcessIdentity.of(process.pid)
        assert identity is not None
        take_over(InstanceRecord(identity, ""))
        assert process.wait(5) == status


def test_nobody_is_ended_in_the_place_of_one_that_is_gone() -> None:
    stranger = ProcessIdentity(os.getpid(), started_ticks=1)
    take_over(InstanceRecord(stranger, ""))


@pytest.mark.parametrize(("program", "other"), [("this one", False), ("that before", True), ("", True)])
def test_the_same_program_is_not_taken_over(program: str, other: bool, tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.make()
    assert of_another_program(home, "this one") is None
    InstanceFile(home).write(InstanceRecord(own_identity(), "", program=program))
    assert (of_another_program(home, "this one") is not None) == other
