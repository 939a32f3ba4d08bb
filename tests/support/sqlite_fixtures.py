"""Fixtures: a fresh migrated SQLite file for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.support.databases import make_sqlite_template, sqlite_database, sqlite_url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_sqlite_template(tmp_path_factory.mktemp("sqlite-template"))


@pytest.fixture
async def db(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Database]:
    async with sqlite_database(sqlite_template, tmp_path) as database:
        yield database


@pytest.fixture
async def empty(tmp_path: Path) -> AsyncIterator[Database]:
    """A database without any table."""
    database = Database(sqlite_url(tmp_path / "empty.db"))
    yield database
    await database.close()
