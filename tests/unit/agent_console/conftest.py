"""A web application for each test, on a fresh SQLite file."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.support.sqlite_fixtures import db, sqlite_template
from tests.unit.agent_console.world import World, build, populate, running

__all__ = ["db", "sqlite_template"]


@pytest.fixture
async def world(db: Database, tmp_path: Path) -> AsyncIterator[World]:
    await populate(db)
    async with running(build(db, tmp_path)) as it:
        yield it
