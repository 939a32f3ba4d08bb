"""A web application for each test, on a fresh SQLite file."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import time_machine

from storage.database import Database
from tests.support.databases import sqlite_url
from tests.unit.agent_console.world import World, build, populate, running


@pytest.fixture(scope="session")
def sqlite_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that every test begins with a copy of: people, queues and a hotline are in it."""
    path = Path(shutil.copy(sqlite_template, tmp_path_factory.mktemp("console-template")))

    async def fill() -> None:
        database = Database(sqlite_url(path))
        await populate(database)
        await database.close()

    asyncio.run(fill())
    return path


@pytest.fixture
async def world(db: Database, tmp_path: Path) -> AsyncIterator[World]:
    async with running(build(db, tmp_path)) as it:
        yield it


@pytest.fixture
def frozen() -> Iterator[time_machine.Traveller]:
    """Rate limits look at the computer's clock."""
    with time_machine.travel(1_772_366_400, tick=False) as traveller:
        yield traveller
