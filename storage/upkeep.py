"""What a database needs now and then, and does not do by itself."""

import asyncio

import structlog

from storage.database import Database

log = structlog.get_logger(__name__)

STATISTICS_EVERY_S = 3600.0


async def keep_statistics(database: Database) -> None:
    """Keep up what SQLite's planner goes by, until cancelled; PostgreSQL does so itself."""
    while database.is_sqlite:
        try:
            await database.analyse()
        except Exception as problem:
            # Locked or full for a while: the old statistics do for another hour.
            log.warning("statistics not kept up", problem=repr(problem))
        await asyncio.sleep(STATISTICS_EVERY_S)
