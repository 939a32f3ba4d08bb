"""The migrations make exactly the schema that the models describe, also when two processes start at once."""

import asyncio
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from storage.database import Database
from storage.migrations.runner import SchemaTooNew, head
from storage.tables import Base

ROOT = Path(__file__).parents[3]
MIGRATE = """
import asyncio, sys
from storage.database import Database
database = Database(sys.argv[1])
asyncio.run(database.migrate())
"""


def _differences(connection: Connection) -> list[object]:
    options = {"compare_type": True, "compare_server_default": True}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata))


async def _schema_state(database: Database) -> tuple[list[object], str | None]:
    async with database.session() as s:
        differences = await (await s.connection()).run_sync(_differences)
        return differences, await s.scalar(text("SELECT version_num FROM alembic_version"))


async def test_migrated_schema_is_the_one_of_the_models(empty: Database) -> None:
    await empty.migrate()
    assert await _schema_state(empty) == ([], head())


async def test_two_processes_may_migrate_at_once(empty: Database) -> None:
    url = empty.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", MIGRATE, url]
    both = [await asyncio.create_subprocess_exec(*command, cwd=ROOT) for _ in range(2)]
    assert await asyncio.gather(*(one.wait() for one in both)) == [0, 0]
    assert await _schema_state(empty) == ([], head())


async def test_a_database_of_a_newer_version_is_refused_unchanged(empty: Database) -> None:
    await empty.migrate()
    async with empty.transaction() as s:
        await s.execute(text("UPDATE alembic_version SET version_num = 'from-the-future'"))
    with pytest.raises(SchemaTooNew):
        await empty.migrate()
    assert await _schema_state(empty) == ([], "from-the-future")


async def test_a_failing_migration_leaves_the_database_as_it_was(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(connection: Connection) -> None:
        raise RuntimeError("stop")

    monkeypatch.setattr("storage.migrations.runner._check_foreign_keys", refuse)
    with pytest.raises(RuntimeError, match="stop"):
        await empty.migrate()
    monkeypatch.undo()
    await empty.migrate()
    assert await _schema_state(empty) == ([], head())
