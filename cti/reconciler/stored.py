"""The reconciler's view of the database and the floor: its bookmark, and which calls are known."""

from collections.abc import Collection
from typing import Any

from cti.domain.call import Call
from cti.domain.floor import Floor
from storage.pools import Connections
from storage.repositories.calls import Calls
from storage.repositories.operations import Bookmarks


class StoredBookmarks:
    """A `BookmarkStore` in the database."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def get(self, name: str) -> Any:
        """The value put last, None when there is none."""
        async with self._connections.session() as session:
            return await Bookmarks(session).get(name)

    async def put(self, name: str, value: Any) -> None:
        """Remember a JSON value."""
        async with self._connections.transaction() as session:
            await Bookmarks(session).put(name, value)


class FloorAndStorage:
    """`KnownCalls`: the floor for calls of these minutes, the database for those before."""

    def __init__(self, floor: Floor, connections: Connections) -> None:
        self._floor = floor
        self._connections = connections

    def live(self, call_id: str) -> Call | None:
        """The call as the floor has it."""
        return self._floor.calls.get(call_id)

    async def stored(self, call_ids: Collection[str]) -> set[str]:
        """Those of the ids that are recorded with their end."""
        async with self._connections.session() as session:
            return await Calls(session).ended_among(list(call_ids))

    async def guessed(self, call_ids: Collection[str]) -> set[str]:
        """Those of the ids that are recorded with a guess in them."""
        async with self._connections.session() as session:
            return await Calls(session).guessed_among(list(call_ids))
