"""What released versions left behind comes into this one whole, here on SQLite."""

from pathlib import Path

import pytest

from ringdesk.installation.home import Home
from tests.support.databases import sqlite_url
from tests.support.releases import DAY, archives, restored


@pytest.mark.parametrize("archive", archives("sqlite"), ids=lambda it: it.name)
def test_the_backup_of_a_released_version_comes_in_whole(archive: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "var")
    home.make()
    assert restored(archive, home, sqlite_url(home.database_file)) == DAY


def test_every_release_left_a_backup_of_both_databases() -> None:
    of_sqlite, of_postgresql = archives("sqlite"), archives("postgresql")
    assert [it.name.partition("-")[0] for it in of_sqlite] == [
        it.name.partition("-")[0] for it in of_postgresql
    ]
    assert of_sqlite
