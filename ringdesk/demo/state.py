"""Whether the demo is in this installation: loaded, removed, or never there."""

from storage.database import Database
from storage.repositories.operations import Settings

STATE_SETTING = "demo"
LOADED = "loaded"
REMOVED = "removed"


async def is_loaded(database: Database) -> bool:
    """Whether its rows are there now."""
    async with database.session() as session:
        state: object = await Settings(session).get(STATE_SETTING)
    return state == LOADED
