"""Every test of storage and crm that asks for `db`, once more on PostgreSQL."""

from collections.abc import AsyncIterator, Iterator

import pytest

from storage.database import Database
from tests.support.databases import make_postgres_template, postgres_database, postgres_url
from tests.support.postgres import PostgresServer, running_postgres
from tests.unit.storage.test_database import *  # noqa: F403
from tests.unit.storage.test_migrations import *  # noqa: F403


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    with running_postgres() as server:
        make_postgres_template(server)
        yield server


@pytest.fixture
async def db(postgres: PostgresServer) -> AsyncIterator[Database]:
    async with postgres_database(postgres) as database:
        yield database


@pytest.fixture
async def empty(postgres: PostgresServer) -> AsyncIterator[Database]:
    async with postgres_url(postgres, template="template0") as url:
        database = Database(url)
        try:
            yield database
        finally:
            await database.close()
