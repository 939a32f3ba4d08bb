"""Who was signed in when the database was last asked: known also while it is late or away."""

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar


class Session(Protocol):
    """What there is to know of a sign-in in order to keep it."""

    @property
    def token_hash(self) -> str: ...

    @property
    def expires_at(self) -> datetime: ...


S = TypeVar("S", bound=Session)


class Lately(Generic[S]):
    """Sign-ins by the hash of their token; bounded in number and time."""

    KEPT_FOR = timedelta(minutes=30)
    MOST_KEPT = 1000

    def __init__(self) -> None:
        self._found: OrderedDict[str, tuple[S, datetime]] = OrderedDict()
        self.endings = 0
        """How many sign-ins were forgotten: an answer that was asked for before may be of one of them."""

    def found(self, who: S, now: datetime) -> None:
        """The database knows this sign-in."""
        self._found[who.token_hash] = (who, now)
        self._found.move_to_end(who.token_hash)
        while len(self._found) > self.MOST_KEPT:
            self._found.popitem(last=False)

    def get(self, token_hash: str, now: datetime) -> S | None:
        """Who this was the last time, None when that is too long ago."""
        who, found_at = self._found.get(token_hash, (None, now))
        if who is None or now - found_at > self.KEPT_FOR or who.expires_at <= now:
            return None
        return who

    def forget(self, token_hash: str) -> None:
        """The sign-in ended."""
        self.endings += 1
        self._found.pop(token_hash, None)
