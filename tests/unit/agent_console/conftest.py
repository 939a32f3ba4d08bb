"""A web application for each test, on a fresh SQLite file."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from crm import passwords
from storage.database import Database
from tests.support.databases import make_sqlite_template, sqlite_url
from tests.support.sqlite_fixtures import db
from tests.unit.agent_console.world import World, build, populate, running

__all__ = ["db"]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that every test begins with a copy of: people, queues and a hotline are in it."""
    path = make_sqlite_template(tmp_path_factory.mktemp("console-template"))

    async def fill() -> None:
        database = Database(sqlite_url(path))
        await populate(database)
        await database.close()

    asyncio.run(fill())
    return path


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """As strong as a test needs."""
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(1, 8, 1))


@pytest.fixture
async def world(db: Database, tmp_path: Path) -> AsyncIterator[World]:
    async with running(build(db, tmp_path)) as it:
        yield it
