"""The buses that the contract is held against."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cti.bus.contract import Bus
from tests.unit.cti.bus.buses import local_bus, remote_bus


@pytest.fixture(params=[local_bus, remote_bus])
async def bus(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Bus]:
    async with request.param(tmp_path) as made:
        yield made
