"""Which recordings are being listened to now, so that one listening is noted once."""

from collections import OrderedDict
from datetime import datetime, timedelta

# A player asks for many pieces of one file; within this time they are one listening.
ONE_LISTENING = timedelta(minutes=10)
# Beyond this the oldest are forgotten, and noted again: too much in the log rather than too little.
MOST_KEPT = 10_000


class Listenings:
    """Sessions and the recordings they began to hear."""

    def __init__(self) -> None:
        self._began: OrderedDict[tuple[str, int], datetime] = OrderedDict()

    def is_going_on(self, token_hash: str, recording_id: int, now: datetime) -> bool:
        """Whether this request belongs to a listening that is noted already."""
        began = self._began.get((token_hash, recording_id))
        return began is not None and now - began < ONE_LISTENING

    def began(self, token_hash: str, recording_id: int, now: datetime) -> None:
        """A listening was noted."""
        self._began[token_hash, recording_id] = now
        self._began.move_to_end((token_hash, recording_id))
        while len(self._began) > MOST_KEPT:
            self._began.popitem(last=False)
