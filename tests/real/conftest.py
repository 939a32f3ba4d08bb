"""How the tests on real parts share the machine."""

from functools import cache
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.support.console_fixtures import browser, chromium_of_file, li_na
from tests.support.telephony.fixtures import lab

__all__ = ["browser", "chromium_of_file", "lab", "li_na"]

CLONE = Path(__file__).resolve().parents[2]
# The longest, and those that run meanwhile: they wait for people and sound, and measure no time.
CALLS = "tests/real/test_end_to_end.py"
BESIDE_CALLS = (
    "tests/real/test_agents_desk.py",
    "tests/real/test_postgres_end_to_end.py",
    "tests/real/test_firefox.py",
    "tests/real/test_keyboard.py",
)


class RealParts(LoadScopeScheduling):
    """Two files at once, but no second whole Ringdesk beside crowds and measured times.

    A scheduler of our own: the marks of pytest-xdist's `loadgroup` are not seen with pytest 9.2.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = file_of(nodeid)
        return "whole Ringdesk" if starts_ringdesk(file) and file not in BESIDE_CALLS else file


def file_of(nodeid: str) -> str:
    """The file of a test."""
    return nodeid.partition("::")[0]


@cache
def starts_ringdesk(file: str) -> bool:
    """Whether the file's tests start `ringdesk up`."""
    return "RingdeskUp" in (CLONE / file).read_text(encoding="utf-8")


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> RealParts:
    """Files, not tests, are dealt out, and in their own order: not those of most tests first."""
    config.option.loadscopereorder = False
    return RealParts(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Dealt out in this order: these four, the other whole Ringdesks, and beside those the small parts."""

    def turn(item: pytest.Item) -> tuple[bool, bool]:
        file = file_of(item.nodeid)
        return file not in (CALLS, *BESIDE_CALLS), not starts_ringdesk(file)

    items.sort(key=turn)
