"""Files are raised to what is allowed, and shared out so that some are always left for records."""

import resource
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringdesk.assembly.open_files import shares

_RAISE = """
import resource, sys
from ringdesk.assembly.open_files import raise_limit
resource.setrlimit(resource.RLIMIT_NOFILE, (int(sys.argv[1]), int(sys.argv[2])))
print(raise_limit(), *resource.getrlimit(resource.RLIMIT_NOFILE))
"""


def raised(soft: int, hard: int) -> list[int]:
    """What the service counts on, and the soft and hard limit afterwards."""
    command = [sys.executable, "-c", _RAISE, str(soft), str(hard)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [int(word) for word in printed.split()]


def test_the_soft_limit_becomes_the_hard_one() -> None:
    assert raised(128, 1500) == [1500, 1500, 1500]


def test_a_limit_that_is_high_enough_stays() -> None:
    assert raised(1500, 1500) == [1500, 1500, 1500]


def test_no_more_than_anybody_needs_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    from ringdesk.assembly import open_files

    limits = {"now": (1024, resource.RLIM_INFINITY)}
    monkeypatch.setattr(resource, "getrlimit", lambda which: limits["now"])
    monkeypatch.setattr(resource, "setrlimit", lambda which, to: limits.update(now=to))
    assert open_files.raise_limit() == 65_536
    assert limits["now"] == (65_536, resource.RLIM_INFINITY)
    limits["now"] = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    assert open_files.raise_limit() == 65_536
    limits["now"] = (500_000, 500_000)
    assert open_files.raise_limit() == 65_536
    assert limits["now"] == (500_000, 500_000)


@given(st.integers(256, 100_000))
def test_whatever_comes_from_outside_a_reserve_is_left(files: int) -> None:
    given = shares(files)
    # Each connection of a browser may hold a recording open besides.
    taken = 2 * (given.console.most + given.local.most) + given.menus + given.menus_waiting
    assert files - taken >= min(256, files // 2)
    for places in (given.console, given.local):
        assert 1 <= places.waiting_of_one <= places.waiting <= places.most
    assert given.menus_waiting >= 1


def test_a_usual_installation_has_room_for_all_its_agents() -> None:
    given = shares(65_536)
    assert given.console.most == 4000
    assert given.menus > 1000
    assert shares(1024).menus > 100
