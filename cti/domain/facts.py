"""The facts about one call in order, each occurrence once, whether it was heard live or read in records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cti.domain import events as ev

# Asterisk's records and AMI stamp one occurrence a little apart, more so when the machine is busy.
SAME_OCCURRENCE = timedelta(seconds=2)
# A call can come back to a queue at once, so here only what is very near is the same.
SAME_STINT = timedelta(seconds=0.5)
ONLY_ONCE = timedelta(days=36_500)

# What besides the kind makes an occurrence, and how far apart its times may be. Kinds that are not here are
# never taken for one another.
_MARKS: Mapping[type[ev.CallEvent], tuple[tuple[str, ...], timedelta]] = {
    ev.MenuStepTaken: (("step", "exit", "keys"), SAME_OCCURRENCE),
    ev.QueueEntered: (("queue",), SAME_STINT),
    ev.QueueLeft: (("queue",), SAME_STINT),
    ev.AgentRung: (("agent",), SAME_OCCURRENCE),
    ev.RingEnded: (("agent",), SAME_OCCURRENCE),
    ev.LegStarted: (("agent",), SAME_OCCURRENCE),
    ev.LegEnded: (("agent", "reason"), SAME_OCCURRENCE),
    ev.RecordingStarted: (("file",), ONLY_ONCE),
    ev.CallEnded: ((), ONLY_ONCE),
}


def same_occurrence(known: ev.CallEvent, event: ev.CallEvent) -> bool:
    """Whether both tell one occurrence. One source tells each occurrence once, so two facts of one source are
    the same only at the very same moment; a channel, where both name one, has to be the same.
    """
    if type(known) is not type(event) or type(event) not in _MARKS:
        return False
    marks, apart = _MARKS[type(event)]
    if any(getattr(known, mark) != getattr(event, mark) for mark in marks):
        return False
    channels = {getattr(known, "channel", ""), getattr(event, "channel", "")} - {""}
    if len(channels) > 1:
        return False
    if known.source is event.source:
        return known.at == event.at
    return abs(known.at - event.at) < apart


@dataclass(slots=True)
class Facts:
    """What happened, in order. There are two tellers, who listens and who reads. Each tells in the right
    order, but they stamp one occurrence a little apart: so a fact is never placed before what its own teller
    told before it, and among the facts of the other by its time.
    """

    items: list[ev.CallEvent]
    _heard: int = field(default=1, compare=False)
    _read: int = field(default=1, compare=False)
    _read_at: datetime | None = field(default=None, compare=False)

    def place_of(self, event: ev.CallEvent) -> int | None:
        """Where this occurrence is known already."""
        kind = type(event)
        for place, known in enumerate(self.items):
            # The kind first: this is asked for every event of every call.
            if type(known) is kind and same_occurrence(known, event):
                return place
        return None

    def place_for(self, event: ev.CallEvent) -> int:
        """Where a new fact belongs; never before the first one, which began the call."""
        earliest = self._told_before(event)
        place = len(self.items)
        while place > earliest and self.items[place - 1].at > event.at:
            place -= 1
        return place

    def insert(self, place: int, event: ev.CallEvent) -> None:
        """Put a new fact in."""
        self.items.insert(place, event)
        self._heard += self._heard > place
        self._read += self._read > place
        self.told(place, event)

    def told(self, place: int, event: ev.CallEvent) -> None:
        """The fact at this place was told by the event's teller: what that one tells next is behind it."""
        if event.source is ev.Source.RECORD:
            self._read, self._read_at = place + 1, event.at
        else:
            self._heard = max(self._heard, place + 1)

    def _told_before(self, event: ev.CallEvent) -> int:
        if event.source is not ev.Source.RECORD:
            return self._heard
        # Who reads may begin anew, further back.
        again = self._read_at is None or event.at < self._read_at
        return 1 if again else self._read
