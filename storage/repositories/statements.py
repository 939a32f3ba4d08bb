"""What several repositories need to write a statement for either database."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import Base

T = TypeVar("T")

# SQLite takes 32,766 variables in a statement, PostgreSQL 65,535; lists of keys stay far below.
KEYS_AT_ONCE = 500


def insert_for(dialect: str, table: type[Base] | Table) -> postgresql.Insert:
    """An INSERT that knows ON CONFLICT. Both databases spell it alike, so one type serves for both."""
    if dialect == "sqlite":
        return cast(postgresql.Insert, sqlite.insert(table))
    return postgresql.insert(table)


def insert_into(session: AsyncSession, table: type[Base]) -> postgresql.Insert:
    """`insert_for` the database of the session."""
    return insert_for(session.get_bind().dialect.name, table)


def excluded(statement: postgresql.Insert, columns: Iterable[str]) -> dict[str, Any]:
    """`SET column = the new value` for each column."""
    return {column: statement.excluded[column] for column in columns}


def any_row(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether there is such a row, of few that belong to the row in question.

    In an OR PostgreSQL may answer EXISTS by reading the whole table first; a count is asked for each row.
    """
    return select(func.count()).where(*conditions).scalar_subquery() > 0


def chunks(items: Sequence[T], size: int = KEYS_AT_ONCE) -> Iterator[list[T]]:
    """The items in lists of at most `size`."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
