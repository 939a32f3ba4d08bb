"""PostgreSQL answers lists, look-ups and the start from indexes, never by reading through all calls."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from sqlalchemy import event

from bench.history import lists
from bench.past_calls import load_past_calls
from storage.database import Database
from storage.pools import Work
from storage.repositories.history import History
from storage.rows.calls import HistoryFilter
from tests.support.postgres import running_postgres

NEWEST = datetime(2026, 3, 1, 12, tzinfo=UTC)
CALLS, DAYS = 40_000, 360
# Those that grow with every call.
LARGE = {
    "calls",
    "call_steps",
    "stints",
    "offers",
    "legs",
    "call_events",
    "wrap_ups",
    "recordings",
    "agent_intervals",
}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A database with a year of calls, whose statistics are counted as after any bulk load."""
    with running_postgres() as server:
        asyncio.run(_fill(server.url()))
        yield server.url()


async def _fill(url: str) -> None:
    database = Database(url)
    await database.migrate()
    await load_past_calls(database, CALLS, NEWEST, days=DAYS)
    await database.analyse()
    await database.close()


@pytest.fixture
async def past(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    yield database
    await database.close()


def asked(database: Database) -> dict[str, Any]:
    async def search() -> None:
        async with database.lists.session() as session:
            page = await History(session).page(HistoryFilter(text="nobody is called so"), patience_s=0)
        assert page.searched_to is not None

    return {**lists(database, NEWEST, limit=10, long_ago_days=60), "text search": search}


def read_through(plan: dict[str, Any]) -> Iterator[str]:
    """The large tables that a plan reads from end to end."""
    if plan["Node Type"].endswith("Seq Scan") and plan["Relation Name"] in LARGE:
        yield plan["Relation Name"]
    for part in plan.get("Plans", []):
        yield from read_through(part)


@pytest.mark.parametrize("name", asked(cast(Database, None)))
async def test_no_large_table_is_read_from_end_to_end(past: Database, name: str) -> None:
    plans: list[dict[str, Any]] = []

    def explain(_connection: Any, cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            cursor.execute("EXPLAIN (FORMAT JSON) " + statement, parameters)
            (answer,) = cursor.fetchone()
            plans.extend(it["Plan"] for it in (json.loads(answer) if isinstance(answer, str) else answer))

    engines = [past.pool(work).reader.sync_engine for work in Work]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", explain)
    try:
        await asked(past)[name]()
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", explain)
    assert plans
    assert [table for plan in plans for table in read_through(plan)] == []
