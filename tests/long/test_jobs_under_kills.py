"""A hundred kills at moments by chance, two workers, on both databases: every effect is made once."""

import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.support.databases import (
    make_postgres_database,
    make_sqlite_template,
    postgres_database,
    sqlite_database,
)
from tests.support.jobs_under_kills import run_under_kills
from tests.support.postgres import PostgresServer, running_postgres

KILLS = 100


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    with running_postgres() as server:
        make_postgres_database(server)
        yield server


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_sqlite_template(tmp_path_factory.mktemp("template"))


@pytest.fixture(params=["sqlite", "postgres"])
async def database(
    request: pytest.FixtureRequest, postgres: PostgresServer, template: Path, tmp_path: Path
) -> AsyncIterator[Database]:
    chosen = sqlite_database(template, tmp_path) if request.param == "sqlite" else postgres_database(postgres)
    async with chosen as database:
        yield database


@pytest.mark.timeout(900)
async def test_a_hundred_kills_and_every_effect_is_made_once(database: Database, tmp_path: Path) -> None:
    started = time.monotonic()
    told = await run_under_kills(database, tmp_path, KILLS, seed=7)
    print(f"{database.url.get_backend_name()}: {told} in {time.monotonic() - started:.0f} s")
    assert told.jobs > 10 * KILLS
    # Kills came in the middle of something.
    assert told.told_again > 0
