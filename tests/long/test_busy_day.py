"""300 calls of all kinds with kills, cuts and a locked database: every record agrees with Asterisk's own."""

from pathlib import Path

import pytest

from tests.support.busy_day import busy_day, database_locked, link_cut, service_killed

CALLS = 300
FAULTS = {
    40: service_killed,
    80: link_cut,
    120: service_killed,
    160: database_locked,
    200: service_killed,
    240: link_cut,
}


@pytest.mark.timeout(1800)
async def test_a_day_with_six_faults_is_recorded_as_asterisk_recorded_it(tmp_path: Path) -> None:
    async with busy_day(tmp_path, seed=1, faults=FAULTS) as day:
        await day.run(CALLS)
        assert await day.until_settled() == []
