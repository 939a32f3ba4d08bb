"""What released versions left behind comes into this one whole, on PostgreSQL."""

import asyncio
from pathlib import Path

from ringdesk.installation.home import Home
from tests.support.databases import empty_postgres_url
from tests.support.postgres import running_postgres
from tests.support.releases import DAY, archives, restored


async def test_the_backups_of_released_versions_come_in_whole(tmp_path: Path) -> None:
    with running_postgres() as server:
        for archive in archives("postgresql"):
            home = Home(tmp_path / archive.name)
            home.make()
            async with empty_postgres_url(server) as url:
                assert await asyncio.to_thread(restored, archive, home, url) == DAY, archive.name
