"""The seed of the busy day: calls of all kinds, one kill and one cut; records agree with Asterisk's own."""

from pathlib import Path

import pytest

from tests.support.busy_day import busy_day, link_cut, service_killed
from tests.support.ringdesk_up import RingdeskUp

__all__ = ["RingdeskUp"]


@pytest.mark.timeout(300)
async def test_every_call_is_recorded_as_asterisk_recorded_it(tmp_path: Path) -> None:
    async with busy_day(tmp_path, seed=2, faults={6: service_killed, 16: link_cut}) as day:
        await day.run(26)
        assert await day.until_settled() == []
