"""What released versions left behind comes into this one whole, on PostgreSQL, also when the power fails."""

import asyncio
from pathlib import Path

from ringdesk.installation.home import Home
from storage.database import Database
from storage.trial import copy_to_try
from tests.support.databases import empty_postgres_url
from tests.support.postgres import running_postgres
from tests.support.power_cut import cut_at_each_step, set_back
from tests.support.releases import DAY, archives, restored

OLD = "0012"


async def test_the_backups_of_released_versions_come_in_whole(tmp_path: Path) -> None:
    with running_postgres() as server:
        for archive in archives("postgresql"):
            home = Home(tmp_path / archive.name)
            home.make()
            async with empty_postgres_url(server) as url:
                assert await asyncio.to_thread(restored, archive, home, url) == DAY, archive.name
                await _change_anew(Database(url), tmp_path / archive.name)


async def _change_anew(database: Database, folder: Path) -> None:
    """From an older state, first on a copy, then with the power cut at each step."""
    await set_back(database, OLD)
    pending = (await database.schema()).pending
    async with copy_to_try(database, folder) as copy:
        await copy.migrate()
        assert (await copy.schema()).pending == ()
    assert (await database.schema()).pending == pending
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    await database.close()
    assert await asyncio.to_thread(cut_at_each_step, url) == len(pending)
    assert (await database.schema()).pending == ()
    await database.close()
