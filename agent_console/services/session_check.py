"""Tells the gateway whether sign-ins still hold; a database that is away says nothing about them."""

from collections.abc import Collection, Hashable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from agent_console.auth.sessions import Sessions
from agent_console.gateway.hub import CannotTell
from storage.away import AWAY


class StoredSessions:
    """The sessions of the database as the gateway asks for them."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def still_valid(self, token_hashes: Collection[str]) -> Mapping[str, Hashable]:
        """See `SessionCheck`."""
        with _saying_when_away():
            return await self._sessions.still_valid(token_hashes)

    async def why_ended(self, user_id: int, since: datetime) -> str:
        """See `SessionCheck`."""
        with _saying_when_away():
            return await self._sessions.why_ended(user_id, since)


@contextmanager
def _saying_when_away() -> Iterator[None]:
    try:
        yield
    except AWAY as problem:
        raise CannotTell(repr(problem)) from problem
