"""How the tests on real parts share the machine."""

from functools import cache
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.support.telephony.fixtures import lab

__all__ = ["lab"]

CLONE = Path(__file__).resolve().parents[2]


class RealParts(LoadScopeScheduling):
    """Two files may run at once, but never two whole Ringdesks with their browsers.

    A scheduler of our own: the marks of pytest-xdist's `loadgroup` are not seen with pytest 9.2.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "whole Ringdesk" if starts_ringdesk(file) else file


@cache
def starts_ringdesk(file: str) -> bool:
    """Whether the file's tests start `ringdesk up`."""
    return "RingdeskUp" in (CLONE / file).read_text(encoding="utf-8")


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> RealParts:
    """Files, not tests, are dealt out."""
    return RealParts(config, log)
