"""One instance for each home: the lock names its holder, the record outlives nobody."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ringdesk.installation.home import Home
from ringdesk.problem import Problem
from ringdesk.supervision.instance import InstanceFile, InstanceLock, InstanceRecord, running_instance
from ringdesk.supervision.process import ProcessIdentity


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "var")
    home.make()
    return home


def test_a_second_instance_is_refused_with_the_process_to_stop(home: Home) -> None:
    with InstanceLock(home), pytest.raises(Problem, match=f"already runs here \\(process {os.getpid()}\\)"):
        InstanceLock(home).__enter__()


def test_the_lock_is_free_again_afterwards(home: Home) -> None:
    with InstanceLock(home):
        pass
    with InstanceLock(home):
        pass


def test_the_lock_of_a_killed_instance_is_free(home: Home) -> None:
    code = (
        "import os, pathlib, signal, sys\n"
        "from ringdesk.installation.home import Home\n"
        "from ringdesk.supervision.instance import InstanceLock\n"
        "InstanceLock(Home(pathlib.Path(sys.argv[1]))).__enter__()\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run(
        [sys.executable, "-c", code, str(home.root)], env={"PYTHONPATH": "."}, check=False
    )
    assert killed.returncode == -9
    with InstanceLock(home):
        pass


def test_the_record_is_read_as_it_was_written(home: Home) -> None:
    own = ProcessIdentity.of(os.getpid())
    assert own is not None
    record = InstanceRecord(
        process=own,
        started_at="2026-11-22T03:12:00Z",
        overrides={"listen": "192.0.2.7"},
        address="https://192.0.2.7:8443/",
        ready=True,
        children={"asterisk": ProcessIdentity(7, 8)},
    )
    InstanceFile(home).write(record)
    assert InstanceFile(home).read() == record
    assert running_instance(home) == record


def test_the_record_of_a_dead_instance_is_not_a_running_one(home: Home) -> None:
    InstanceFile(home).write(InstanceRecord(process=ProcessIdentity(os.getpid(), 1), started_at=""))
    assert running_instance(home) is None
    assert InstanceFile(home).read() is not None


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"process": 1}', '{"process": {"pid": 1}, "children": 3}']
)
def test_a_broken_record_counts_as_none(home: Home, content: str) -> None:
    (home.run / "instance.json").write_text(content)
    assert InstanceFile(home).read() is None
