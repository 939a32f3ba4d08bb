"""A copy of a whole database that may be changed and is gone afterwards, to try something on."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from storage.backup import BackupProblem, run_tool, save_database
from storage.database import Database


@asynccontextmanager
async def copy_to_try(database: Database, folder: Path) -> AsyncIterator[Database]:
    """A file in `folder`, or on PostgreSQL a second database beside the first, which is dropped at the end.

    Others may go on writing into the original. Raises BackupProblem when there can be no copy.
    """
    saved = await save_database(database, folder)
    if database.is_sqlite:
        copy = Database(f"sqlite:///{saved}")
        try:
            yield copy
        finally:
            await copy.close()
        return
    name = f"ringdesk_trial_{secrets.token_hex(4)}"
    try:
        await _command(database, f'CREATE DATABASE "{name}"')
    except BackupProblem as problem:
        raise BackupProblem(
            f"PostgreSQL lets this user make no database for a copy ({problem}); allow it with: ALTER ROLE "
            f"{database.url.username or '…'} CREATEDB"
        ) from None
    copy = Database(database.url.set(database=name))
    try:
        await run_tool("pg_restore", copy, "--no-owner", "--exit-on-error", f"--dbname={name}", str(saved))
        yield copy
    finally:
        await copy.close()
        await _command(database, f'DROP DATABASE "{name}"')


async def _command(database: Database, statement: str) -> None:
    await run_tool("psql", database, "--no-psqlrc", "--quiet", "--command", statement)
