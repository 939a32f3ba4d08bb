"""The driver of SQLite: what SQLAlchemy sees of a statement, and how often its thread is asked for it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from storage.database import Database


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'ringdesk.db'}")
    async with database.transaction() as session:
        await session.execute(text("CREATE TABLE words (id INTEGER PRIMARY KEY, word TEXT UNIQUE)"))
    yield database
    await database.close()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the connections' threads were asked to do."""
    asked: list[Any] = []
    ask = aiosqlite.Connection._execute

    async def noted(self: aiosqlite.Connection, what: Any, *arguments: Any, **options: Any) -> Any:
        asked.append(what)
        return await ask(self, what, *arguments, **options)  # type: ignore[no-untyped-call]

    monkeypatch.setattr(aiosqlite.Connection, "_execute", noted)
    return asked


async def write(database: Database, *words: str) -> tuple[int, list[Any]]:
    """How many were changed, and what came back."""
    async with database.transaction() as session:
        rows = [{"word": word} for word in words]
        changed = await session.execute(text("INSERT INTO words (word) VALUES (:word)"), rows)
        returned = await session.execute(text("UPDATE words SET word = upper(word) RETURNING id, word"))
        return changed.rowcount, list(returned)  # type: ignore[attr-defined]


async def test_rows_and_counts_are_sqlites(database: Database) -> None:
    assert await write(database, "one", "two") == (2, [(1, "ONE"), (2, "TWO")])
    async with database.session() as session:
        found = await session.execute(text("SELECT word FROM words ORDER BY id DESC"))
        assert (list(found.keys()), found.scalars().all()) == (["word"], ["TWO", "ONE"])


async def test_a_statement_that_fails_leaves_nothing_and_the_connection_serves_on(database: Database) -> None:
    with pytest.raises(IntegrityError):
        await write(database, "one", "one")
    assert await write(database, "one") == (1, [(1, "ONE")])


async def test_each_statement_is_one_question_to_the_thread(database: Database, asked: list[Any]) -> None:
    async def read(times: int) -> int:
        asked.clear()
        async with database.session() as session:
            for _ in range(times):
                await session.scalar(text("SELECT count(*) FROM words"))
        return len(asked)

    await read(1)  # opens the connection
    assert await read(4) - await read(1) == 3
