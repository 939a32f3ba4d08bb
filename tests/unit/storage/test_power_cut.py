"""A migration that a power cut ends leaves the database exactly as it was, whichever step it had come to."""

import asyncio
from pathlib import Path

from ringdesk.installation.home import Home
from storage.database import Database
from storage.migrations.runner import head
from tests.support.databases import sqlite_url
from tests.support.power_cut import cut_at_each_step, set_back
from tests.support.releases import archives, restored

OLD = "0012"


def test_a_cut_after_any_step_leaves_the_old_state(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.make()
    url = sqlite_url(home.database_file)
    restored(archives("sqlite")[0], home, url)
    database = Database(url)
    asyncio.run(set_back(database, OLD))
    pending = asyncio.run(database.schema()).pending
    assert pending[0].startswith("0013 ")
    assert cut_at_each_step(url) == len(pending)
    assert asyncio.run(database.schema()).revision == head()
