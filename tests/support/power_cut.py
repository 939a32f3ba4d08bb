"""Migrates a database in a process that is killed in the middle, as if the power had been cut."""

import asyncio
import os
import signal
from typing import Any

from alembic import command
from sqlalchemy import Connection, Engine, event, inspect, text

from storage.database import Database
from storage.migrations.runner import alembic_config


def cut_at_each_step(url: str) -> int:
    """Cuts one migration after each of its steps, and says how many there were; afterwards it is done.

    After each cut the database is asserted to be exactly as it was.
    """
    before, steps = asyncio.run(_all_of(url)), 0
    while _is_cut(url, after=steps + 1):
        steps += 1
        assert asyncio.run(_all_of(url)) == before, f"cut after step {steps}, the database is not as before"
    return steps


async def set_back(database: Database, revision: str) -> None:
    """As it was in an older version."""
    engine = database._engine_for_migrating()
    config = alembic_config()

    def back(sync: Connection) -> None:
        config.attributes["connection"] = sync
        command.downgrade(config, revision)

    async with engine.begin() as connection:
        await connection.run_sync(back)
    await engine.dispose()


def _is_cut(url: str, *, after: int) -> bool:
    """Whether it came so far as to be cut."""
    child = os.fork()
    if child == 0:
        try:
            event.listen(Engine, "after_cursor_execute", _Cut(after))
            asyncio.run(_migrate(url))
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


class _Cut:
    def __init__(self, after: int) -> None:
        self._left = after

    def __call__(self, connection: Connection, cursor: Any, statement: str, *_: object) -> None:
        if "alembic_version" in statement and statement.startswith(("UPDATE", "INSERT")):
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


async def _migrate(url: str) -> None:
    await Database(url).migrate()


async def _all_of(url: str) -> dict[str, list[str]]:
    """Every row of every table, and what columns the tables have."""
    database = Database(url)
    told: dict[str, list[str]] = {}
    async with database.session() as session:
        columns = await (await session.connection()).run_sync(_columns)
        for table in columns:
            rows = await session.execute(text(f'SELECT * FROM "{table}"'))
            told[table] = sorted(repr(tuple(row)) for row in rows)
    await database.close()
    return {**told, **{f"columns of {table}": names for table, names in columns.items()}}


def _columns(connection: Connection) -> dict[str, list[str]]:
    look = inspect(connection)
    return {
        table: [f"{column['name']} {column['type']}" for column in look.get_columns(table)]
        for table in look.get_table_names()
    }
