"""The migrations make exactly the schema that the models describe, also when two processes start at once."""

import asyncio
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from storage.database import Database
from storage.migrations.runner import SchemaTooNew, alembic_config, head
from storage.repositories.operations import Audit
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


async def test_what_the_audit_held_before_it_knew_results_is_taken_over(empty: Database) -> None:
    await empty.migrate()
    engine = empty._engine_for_migrating()
    config = alembic_config()
    async with engine.begin() as connection:

        def back(sync: Connection) -> None:
            config.attributes["connection"] = sync
            command.downgrade(config, "0005")

        await connection.run_sync(back)
    await engine.dispose()
    async with empty.transaction() as s:
        await s.execute(
            text(
                "INSERT INTO users (id, login, name, name_en, password_hash, role, language, theme, active, "
                "created_at) VALUES (7, 'lina', 'L', '', '-', 'agent', 'zh', 'system', true, "
                "'2026-01-01 00:00:00')"
            )
        )
        await s.execute(
            text(
                "INSERT INTO recordings (id, call_id, stint, part, path, started_at, length_s, size, sha256, "
                "channels, state) VALUES (3, 'c', 1, 0, 'p', '2026-01-01 00:00:00', 1, 1, '', 2, 'stored')"
            )
        )
        await s.execute(
            text(
                "INSERT INTO recording_access (recording_id, user_id, login, at, action, reason, ip) VALUES "
                "(3, 7, 'lina', '2026-01-02 00:00:00', 'listen', 'complaint', '192.0.2.7')"
            )
        )
        for action, login in (
            ("agent_signed_out", "z"),
            ("sign_in_failed", "x"),
            ("user_added", "command line"),
        ):
            await s.execute(
                text(
                    "INSERT INTO audit (at, login, action, object, detail, ip) "
                    "VALUES ('2026-01-01 00:00:00', :login, :action, '', '{}', '')"
                ),
                {"login": login, "action": action},
            )
    await empty.migrate()
    assert await _schema_state(empty) == ([], head())
    async with empty.session() as s:
        entries = list(reversed(await Audit(s).newest()))
    assert [(e.login, e.via, e.action, e.object, e.result, e.why) for e in entries] == [
        ("z", "console", "agent_sign_out", "", "asked", ""),
        ("x", "console", "sign_in", "", "refused", "wrong_credentials"),
        ("command line", "command_line", "user_added", "", "done", ""),
        ("lina", "console", "recording_listen", "recording:3", "done", ""),
    ]
    assert (entries[-1].user_id, entries[-1].detail, entries[-1].ip) == (
        7,
        {"reason": "complaint"},
        "192.0.2.7",
    )


async def test_a_start_without_anything_to_migrate_looks_through_no_table_and_no_migration(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await empty.migrate()

    def refuse(*_: object) -> None:
        raise RuntimeError("all rows or all migrations were looked at")

    monkeypatch.setattr("storage.migrations.runner._check_foreign_keys", refuse)
    monkeypatch.setattr("storage.migrations.runner.command.upgrade", refuse)
    await empty.migrate()
