"""Every test of storage, work and crm that asks for a database, and Answer beside searches, on PostgreSQL."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError

from storage.backup import BackupProblem, save_database
from storage.database import Database
from tests.support.databases import empty_postgres_url, make_postgres_database, postgres_database
from tests.support.postgres import PostgresServer, running_postgres
from tests.unit.agent_console.services import test_answer_beside_searches
from tests.unit.crm import test_customers_use_case
from tests.unit.office import test_teams, test_users
from tests.unit.office.audit import test_sealing
from tests.unit.ringdesk.demo import test_demo
from tests.unit.storage import (
    test_backup,
    test_customers,
    test_database,
    test_figure_settings,
    test_history,
    test_history_search,
    test_ingest,
    test_journal,
    test_limits,
    test_lost_recordings,
    test_migrations,
    test_office_version,
    test_people_and_routing,
    test_refused_calls,
    test_seen_calls,
    test_small_repositories,
)
from tests.unit.work import test_kills, test_planner, test_queue_oracle, test_worker

SAME_TESTS = (
    test_answer_beside_searches,
    test_backup,
    test_customers,
    test_customers_use_case,
    test_database,
    test_demo,
    test_figure_settings,
    test_history,
    test_history_search,
    test_ingest,
    test_journal,
    test_kills,
    test_limits,
    test_lost_recordings,
    test_migrations,
    test_office_version,
    test_people_and_routing,
    test_planner,
    test_queue_oracle,
    test_refused_calls,
    test_sealing,
    test_seen_calls,
    test_small_repositories,
    test_teams,
    test_users,
    test_worker,
)

Fixture = type(test_history.lina)

for module in SAME_TESTS:
    for name, value in vars(module).items():
        if name.startswith("test_") or isinstance(value, Fixture):
            assert name not in globals(), f"two tests or fixtures are called {name}"
            globals()[name] = value


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    with running_postgres() as server:
        make_postgres_database(server)
        yield server


@pytest.fixture
async def db(postgres: PostgresServer) -> AsyncIterator[Database]:
    async with postgres_database(postgres) as database:
        yield database


@pytest.fixture
async def empty(postgres: PostgresServer) -> AsyncIterator[Database]:
    """A database without any table."""
    async with empty_postgres_url(postgres) as url:
        database = Database(url)
        try:
            yield database
        finally:
            await database.close()


async def test_a_server_that_ends_the_connection_is_called_as_sqlite_calls_its_troubles(db: Database) -> None:
    with pytest.raises(OperationalError, match="terminating connection"):
        async with db.transaction() as s:
            await s.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    with pytest.raises(OperationalError, match="does not exist"):
        async with Database(db.url.set(database="nowhere")).session() as s:
            await s.execute(text("SELECT 1"))
    with pytest.raises(DBAPIError) as refused:
        async with db.session() as s:
            await s.execute(text("SELECT 1 / 0"))
    assert not isinstance(refused.value, OperationalError)


async def test_a_backup_that_fails_gives_the_reason(tmp_path: Path) -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(BackupProblem, match=r"pg_dump failed: .*127\.0\.0\.1"):
        await save_database(database, tmp_path)
    await database.close()
