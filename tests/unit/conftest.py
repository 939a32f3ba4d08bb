"""What unit tests of several packages need: SQLite files copied from one that is migrated, cheap hashes."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from office import passwords
from storage.database import Database
from tests.support.databases import make_sqlite_template, sqlite_url


@pytest.fixture(scope="session", autouse=True)
def cheap_hashes() -> Iterator[None]:
    """As strong as a test needs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_sqlite_template(tmp_path_factory.mktemp("sqlite-template"))


@pytest.fixture(scope="session")
def kept_database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """One for all tests: what SQLAlchemy compiled for the one, the next has already."""
    return Database(sqlite_url(tmp_path_factory.mktemp("database") / "ringdesk.db"))


@pytest.fixture
async def db(sqlite_template: Path, kept_database: Database) -> AsyncIterator[Database]:
    """A file that is new and connections that are new."""
    path = kept_database.path
    assert path is not None
    for left in path.parent.iterdir():
        left.unlink()
    shutil.copy(sqlite_template, path)
    yield kept_database
    await kept_database.close()


@pytest.fixture
async def empty(tmp_path: Path) -> AsyncIterator[Database]:
    """A database without any table."""
    database = Database(sqlite_url(tmp_path / "empty.db"))
    yield database
    await database.close()
