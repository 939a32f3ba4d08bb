"""How the tests on real parts share the machine."""

import pytest

from tests.support.telephony.fixtures import lab

__all__ = ["lab"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Two files may run at once, but never two whole Ringdesks with their browsers."""
    for item in items:
        whole = hasattr(item.getparent(pytest.Module).obj, "RingdeskUp")  # type: ignore[union-attr]
        item.add_marker(pytest.mark.xdist_group("whole Ringdesk" if whole else item.path.name))
