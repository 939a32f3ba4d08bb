"""What the screen pop and the voice menu ask the database, behind their own interfaces."""

from collections.abc import Mapping

from crm.customers import identify_caller
from cti.screen_pop import Identified
from ivr.hotlines import HotlineEntry
from storage.database import Database
from storage.pools import Connections
from storage.repositories.routing import Hotlines


class StoredCallers:
    """The caller directory of the screen pop: our own customers."""

    def __init__(self, connections: Connections, home_region: str) -> None:
        self._connections = connections
        self._home_region = home_region

    async def identify(self, number: str) -> Identified:
        """The record of whoever calls from `number`."""
        found = await identify_caller(self._connections, number, home_region=self._home_region)
        return Identified(found.number_e164, found.as_json())


async def load_hotlines(database: Database) -> Mapping[str, HotlineEntry]:
    """How a call to each hotline begins, by number."""
    async with database.session() as session:
        rows = await Hotlines(session).all()
    return {row.number: HotlineEntry(row.flow, row.language) for row in rows}
