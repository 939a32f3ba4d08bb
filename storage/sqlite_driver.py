"""SQLite by aiosqlite with one change of threads for each statement, and not one for each step of it.

A statement is run, its rows are fetched and its cursor is closed in one go by the connection's thread.
SQLAlchemy asks for these steps one by one, and with aiosqlite's own cursor each would wait for the other
thread, four times for a SELECT: that costs more than SQLite itself.
"""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, Self, TypeVar

import aiosqlite

Rows = list[Any]
T = TypeVar("T")


def connect(database: str, **options: Any) -> "Connection":
    """A connection to be awaited; the options are those of sqlite3."""
    connection = Connection(lambda: sqlite3.connect(database, **options), iter_chunk_size=64)
    # It does not keep the process from ending.
    connection._thread.daemon = True
    return connection


class Connection(aiosqlite.Connection):
    """Differs from aiosqlite's in its cursors."""

    def cursor(self) -> Any:
        """One for SQLAlchemy, which enters it before it uses it."""
        return Cursor(self)

    async def in_its_thread(self, what: Callable[..., T], *arguments: Any) -> T:
        """What this comes to in the thread in which the connection's statements run."""
        answer: T = await self._execute(what, *arguments)  # type: ignore[no-untyped-call]
        return answer


class Cursor:
    """The part of a cursor that SQLAlchemy uses; after a statement everything about it is here."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: Rows = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Self:
        """Runs one statement and fetches all its rows."""
        return await self._run(sqlite3.Cursor.execute, sql, parameters)

    async def executemany(self, sql: str, parameters: Sequence[Sequence[Any]]) -> Self:
        """Runs one statement for each set of parameters."""
        return await self._run(sqlite3.Cursor.executemany, sql, parameters)

    async def fetchall(self) -> Rows:
        """The rows, once."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Nothing is left to close."""

    async def _run(self, how: Callable[..., sqlite3.Cursor], sql: str, parameters: Any) -> Self:
        def all_at_once() -> None:
            cursor = self._connection._conn.cursor()
            try:
                how(cursor, sql, parameters)
                self.description = cursor.description
                self._rows = cursor.fetchall() if cursor.description else []
                self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
            finally:
                cursor.close()

        await self._connection.in_its_thread(all_at_once)
        return self
