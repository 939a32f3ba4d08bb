"""The shell of scripts/up and scripts/test, in a clone with an unusual name and with a wrong interpreter."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ringdesk.supervision.process import ProcessIdentity

LIB = Path(__file__).resolve().parents[2] / "scripts" / "lib" / "environment.sh"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone with nothing but the shell's library, in a folder that a careless script trips over."""
    clone = tmp_path / "my 呼叫 centre"
    (clone / "scripts" / "lib").mkdir(parents=True)
    shutil.copy(LIB, clone / "scripts" / "lib")
    return clone


def bash(clone: Path, commands: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", f"source scripts/lib/environment.sh; {commands}"],
        cwd=clone,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_installed_command_runs_this_clone_from_any_folder_and_by_any_name(clone: Path) -> None:
    package = clone / "ringdesk"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text("import sys, secrets; print('runs', *sys.argv[1:])")
    done = bash(
        clone,
        'environment=$clone/.venv-run-1; "$PYTHON" -m venv --without-pip "$environment"; '
        "install_command; link_environment run",
        PYTHON=sys.executable,
    )
    assert done.returncode == 0, done.stderr
    elsewhere = clone / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "secrets.py").write_text("raise SystemExit('a module of the current folder was taken')")
    link = elsewhere / "rd"
    link.symlink_to(clone / ".venv" / "bin" / "ringdesk")
    for command in (clone / ".venv" / "bin" / "ringdesk", link):
        ran = subprocess.run(
            [str(command), "call", "a b"], cwd=elsewhere, capture_output=True, text=True, check=False
        )
        assert (ran.stdout, ran.stderr) == ("runs call a b\n", "")


@pytest.mark.parametrize("named", ["/nonexistent/python", "false"])
def test_an_interpreter_that_was_named_and_cannot_be_used_is_refused(clone: Path, named: str) -> None:
    refused = bash(clone, "find_python; echo $python", RINGDESK_PYTHON=named)
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert refused.stderr.endswith(f": RINGDESK_PYTHON names {named}, which is not Python 3.11 or later\n")


def test_ctrl_c_ends_what_runs_and_everything_that_it_started(clone: Path) -> None:
    commands = (
        'source scripts/lib/environment.sh; stoppable bash -c "sleep 60 & echo \\$! >pid; wait"; echo after'
    )
    with subprocess.Popen(
        ["bash", "-euo", "pipefail", "-c", commands],
        cwd=clone,
        stdout=subprocess.PIPE,
        text=True,
        # A run in the background hands on that SIGINT is ignored, and bash cannot take that back.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as running:
        pid_file = clone / "pid"
        until(lambda: pid_file.is_file() and pid_file.read_text().endswith("\n"))
        running.send_signal(signal.SIGINT)
        out, _ = running.communicate(timeout=20)
    assert (running.returncode, out) == (130, "")
    until(lambda: ProcessIdentity.of(int(pid_file.read_text())) is None)


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)
