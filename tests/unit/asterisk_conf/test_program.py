"""An installed Asterisk is used when it is new enough and complete, else it is as if there were none."""

import subprocess
from pathlib import Path

import pytest

from asterisk_conf import program
from asterisk_conf.modules import not_running
from asterisk_conf.program import find_on_machine


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with Asterisk 22 in the folders of its distribution."""
    binary = tmp_path / "usr/sbin/asterisk"
    binary.parent.mkdir(parents=True)
    say(binary, "Asterisk 22.5.2")
    modules = tmp_path / "usr/lib/x86_64-linux-gnu/asterisk/modules"
    modules.mkdir(parents=True)
    (modules / "chan_pjsip.so").touch()
    (tmp_path / "usr/share/asterisk/documentation").mkdir(parents=True)
    monkeypatch.setattr(program, "_ROOT", tmp_path)
    monkeypatch.setattr("shutil.which", lambda name: None)
    return tmp_path


def say(binary: Path, version: str) -> None:
    binary.write_text(f'#!/bin/sh\necho "{version}"\n')
    binary.chmod(0o755)


def test_a_new_and_complete_one_is_used(machine: Path) -> None:
    found = find_on_machine()
    assert found is not None
    assert found.version == (22, 5, 2)
    assert found.command == (str(machine / "usr/sbin/asterisk"),)
    assert found.data == machine / "usr/share/asterisk"
    assert not found.private


@pytest.mark.parametrize(
    ("version", "usable"),
    [
        ("Asterisk 18.10.0~dfsg+~cs6.10.40431411-2", False),
        ("Asterisk 20.6.0~dfsg+~cs6.13.40431414-2build5", True),
        ("Asterisk certified/20.7-cert1", True),
        ("Asterisk certified-20.7-cert1", True),
        ("bash: asterisk: cannot execute", False),
    ],
)
def test_the_version_decides(machine: Path, version: str, usable: bool) -> None:
    say(machine / "usr/sbin/asterisk", version)
    assert (find_on_machine() is not None) is usable


def test_one_that_does_not_say_its_version_in_time_is_not_used(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hang(command: list[str], *, timeout: float, **options: object) -> None:
        raise subprocess.TimeoutExpired(command, timeout)

    monkeypatch.setattr(subprocess, "run", hang)
    assert find_on_machine() is None


@pytest.mark.parametrize(
    "missing", ["usr/lib/x86_64-linux-gnu/asterisk/modules/chan_pjsip.so", "usr/sbin/asterisk"]
)
def test_an_incomplete_one_is_not_used(machine: Path, missing: str) -> None:
    (machine / missing).unlink()
    assert find_on_machine() is None


def test_modules_that_do_not_run_are_read_from_what_asterisk_prints() -> None:
    shown = (
        "Module                         Description              Use Count  Status      Support Level\n"
        "app_queue.so                   True Call Queueing       0          Running              core\n"
        "app_dial.so                    Dialing Application      0          Not Running          core\n"
    )
    assert not_running(shown, ("app_queue", "app_dial", "app_read")) == ("app_dial", "app_read")
