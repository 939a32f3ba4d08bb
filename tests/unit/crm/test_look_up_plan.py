"""The screen pop's look-up is answered from indexes; SQLite tells its plan without needing many rows."""

from typing import Any

from sqlalchemy import event

from crm.customers import identify_caller
from storage.database import Database


async def test_the_look_up_never_reads_a_whole_table(db: Database) -> None:
    plan: list[str] = []

    def explain(_connection: Any, cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            cursor.execute("EXPLAIN QUERY PLAN " + statement, parameters)
            plan.extend(row[3] for row in cursor.fetchall())

    async with db.session() as s:
        connection = (await s.connection()).sync_connection
        assert connection is not None
        event.listen(connection.engine, "before_cursor_execute", explain)
    await identify_caller(db, "+8613800138000", home_region="CN")
    event.remove(connection.engine, "before_cursor_execute", explain)
    tables = [step for step in plan if "(subquery" not in step and "anon_" not in step]
    assert [step for step in tables if step.startswith("SEARCH")]
    assert [step for step in tables if step.startswith("SCAN")] == []
