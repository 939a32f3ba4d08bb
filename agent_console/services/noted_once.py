"""Which recordings are being listened to and which customers looked at now, so that each is noted once."""

from collections import OrderedDict
from datetime import datetime, timedelta

# A player asks for many pieces of one file, a page for a customer again and again: within this time one look.
ONE_LOOK = timedelta(minutes=10)
# Beyond this the oldest are forgotten, and noted again: too much in the audit rather than too little.
MOST_KEPT = 10_000


class NotedOnce:
    """Sessions and what each of them began to see or hear, as the audit calls it: `recording:5`."""

    def __init__(self) -> None:
        self._began: OrderedDict[tuple[str, str], datetime] = OrderedDict()

    def is_noted(self, token_hash: str, object: str, now: datetime) -> bool:
        """Whether this request belongs to what is in the audit already."""
        began = self._began.get((token_hash, object))
        return began is not None and now - began < ONE_LOOK

    def noted(self, token_hash: str, object: str, now: datetime) -> None:
        """It is in the audit."""
        self._began[token_hash, object] = now
        self._began.move_to_end((token_hash, object))
        while len(self._began) > MOST_KEPT:
            self._began.popitem(last=False)
