"""The caller directory of the screen pop: our own customers, asked behind its interface."""

from crm.customers import identify_caller
from crm.rules.caller import Identified
from storage.pools import Connections


class StoredCallers:
    """The caller directory of the screen pop: our own customers."""

    def __init__(self, connections: Connections, home_region: str) -> None:
        self._connections = connections
        self._home_region = home_region

    async def identify(self, number: str) -> Identified:
        """The record of whoever calls from `number`."""
        return await identify_caller(self._connections, number, home_region=self._home_region)
