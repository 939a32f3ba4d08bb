"""A test that passes only at its second run is named, and one that fails twice has failed."""

import os
import subprocess
import sys
from pathlib import Path

CLONE = Path(__file__).resolve().parents[2]
TESTS = """
import pathlib

def once_more(name):
    mark = pathlib.Path(__file__).with_name(name)
    been = mark.exists()
    mark.touch()
    print("heard" if been else "deaf")
    return been

def test_steady(): pass
def test_unsteady(): assert once_more("unsteady")
def test_broken(): assert False

import pytest
@pytest.fixture
def falls_apart():
    yield
    assert False
def test_unsteady_and_left_in_pieces(falls_apart): assert once_more("pieces")
"""


def test_only_what_passes_at_its_second_run_is_unsteady(tmp_path: Path) -> None:
    (tmp_path / "test_some.py").write_text(TESTS)
    words = ["-p", "no:cacheprovider", "-p", "tests.support.unsteady", "--reruns", "1", "--unsteady", "names"]
    # Whoever measures what tests reach measures these, not those that they start.
    plain = {name: value for name, value in os.environ.items() if not name.startswith("SLIPCOVER_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-c", os.devnull, "--rootdir", ".", *words, "test_some.py"],
        cwd=tmp_path,
        env={**plain, "PYTHONPATH": str(CLONE), "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout
    assert (tmp_path / "names").read_text() == "test_some.py::test_unsteady\n"
    assert "unsteady: test_some.py::test_unsteady\n1 passed only when run once more" in done.stdout
    assert "FAILED test_some.py::test_broken" in done.stdout
    first_run = done.stdout.partition("first run of test_some.py::test_unsteady _")[2]
    first_run = first_run.partition("first run of")[0]
    assert "AssertionError: assert False" in first_run
    assert "\ndeaf\n" in first_run
    # What failed twice may have failed the second time of what the first run left behind.
    assert "first run of test_some.py::test_broken _" in done.stdout
