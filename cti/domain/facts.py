"""The facts about one call in order: each occurrence once, whoever told it, the best that was told of it.

Three tell of a call: who listens to Asterisk (live), who reads its records, and the comparison with Asterisk,
which sees only that something happened and guesses when and how. Listener and reader are right about a guess,
whichever comes first. Of what both of them tell, the content is as it was heard, because the records do not
know everything, and the time as it was written: a busy Asterisk announces late what it writes in time.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from cti.domain import events as ev

# Asterisk's records and AMI stamp one occurrence a little apart, more so when the machine is busy.
SAME_OCCURRENCE = timedelta(seconds=2)
# A call can come back to a queue at once, so here only what is very near is the same.
SAME_STINT = timedelta(seconds=0.5)
ONLY_ONCE = timedelta(days=36_500)
# Stamps that are nearer than this are as good as equal: what was heard need not be moved.
PRECISION = timedelta(milliseconds=50)
# A call that is compared with Asterisk for hours, and differs each time, keeps the newest guesses only.
MOST_GUESSES = 100

# What besides the kind makes an occurrence, and how far apart its times may be. Kinds that are not here are
# never taken for one another.
_MARKS: Mapping[type[ev.CallEvent], tuple[tuple[str, ...], timedelta]] = {
    ev.CallStarted: ((), ONLY_ONCE),
    ev.MenuStepTaken: (("step", "exit", "keys"), SAME_OCCURRENCE),
    ev.QueueEntered: (("queue",), SAME_STINT),
    ev.QueueLeft: (("queue",), SAME_STINT),
    ev.AgentRung: (("agent",), SAME_OCCURRENCE),
    ev.RingEnded: (("agent",), SAME_OCCURRENCE),
    ev.LegStarted: (("agent",), SAME_OCCURRENCE),
    ev.LegEnded: (("agent", "reason"), SAME_OCCURRENCE),
    ev.RecordingStarted: (("file",), ONLY_ONCE),
    ev.DialEnded: ((), ONLY_ONCE),
    ev.CallEnded: ((), ONLY_ONCE),
}

# What the comparison with Asterisk guesses, and what each of them is about. Of one moment they stand in this
# order: what is over makes room for what goes on.
_GUESSED: Mapping[type[ev.CallEvent], str | None] = {
    ev.LegEnded: "agent",
    ev.RingEnded: "agent",
    ev.QueueLeft: "queue",
    ev.QueueEntered: "queue",
    ev.AgentRung: "agent",
    ev.LegStarted: "agent",
    ev.CallEnded: None,
}
_ORDER = {kind: place for place, kind in enumerate(_GUESSED)}
# What ends was begun by this; and it is told by these as well, when they follow at once.
_BEGUN_BY: Mapping[type[ev.CallEvent], type[ev.CallEvent]] = {
    ev.QueueLeft: ev.QueueEntered,
    ev.RingEnded: ev.AgentRung,
    ev.LegEnded: ev.LegStarted,
}
_ALSO_ENDED_BY: Mapping[type[ev.CallEvent], tuple[type[ev.CallEvent], ...]] = {
    ev.QueueLeft: (ev.QueueEntered, ev.LegStarted, ev.CallEnded),
    ev.RingEnded: (ev.LegStarted, ev.CallEnded),
    ev.LegEnded: (ev.CallerUnbridged, ev.CallEnded),
}


def is_guess(event: ev.CallEvent) -> bool:
    """Whether only the comparison with Asterisk says so, without having seen when or how it happened."""
    return event.source is ev.Source.SERVICE and type(event) in _GUESSED


def is_told_later(guess: ev.CallEvent, following: Sequence[ev.CallEvent]) -> bool:
    """Whether what was guessed is told by Asterisk with a stamp after the guess: a call ends only once,
    anything else may happen again.
    """
    kind, about = type(guess), _GUESSED[type(guess)]
    for fact in following:
        if is_guess(fact):
            continue
        same = about is None or getattr(fact, about, None) == getattr(guess, about)
        after = fact.at - guess.at
        if type(fact) is kind and same:
            return after < SAME_OCCURRENCE or kind is ev.CallEnded
        if same and type(fact) is _BEGUN_BY.get(kind):
            return False
        # An answer ends everybody's wait, but only the ring of the phone that was answered.
        of_it = same or kind is ev.QueueLeft or not hasattr(fact, "agent")
        if of_it and after < SAME_STINT and isinstance(fact, _ALSO_ENDED_BY.get(kind, ())):
            return True
    return False


@dataclass(slots=True)
class Occurrence:
    """One thing that happened, as it was heard and as it was written; `fact` is what is to be believed."""

    heard: ev.CallEvent | None
    written: ev.CallEvent | None
    fact: ev.CallEvent

    @classmethod
    def told(cls, event: ev.CallEvent) -> "Occurrence":
        """As one teller tells it."""
        by_record = event.source is ev.Source.RECORD
        return cls(None if by_record else event, event if by_record else None, event)

    def apart(self, event: ev.CallEvent) -> timedelta | None:
        """How far apart the two times are when the event tells this very occurrence; else None.

        One source tells each occurrence once, so two facts of one source are the same only at the very same
        moment; a channel, where both name one, has to be the same.
        """
        if type(self.fact) is not type(event) or type(event) not in _MARKS:
            return None
        marks, most = _MARKS[type(event)]
        if any(getattr(self.fact, mark) != getattr(event, mark) for mark in marks):
            return None
        channels = {getattr(self.fact, "channel", ""), getattr(event, "channel", "")} - {""}
        if len(channels) > 1:
            return None
        known = self.written if event.source is ev.Source.RECORD else self.heard
        if known is not None and known.source is event.source:
            return timedelta() if known.at == event.at else None
        distance = abs(self.fact.at - event.at)
        return distance if distance < most else None

    def tell(self, event: ev.CallEvent) -> bool:
        """Take in that it was told again; False when nothing is known better by that."""
        if event.source is ev.Source.RECORD:
            self.written = event
        elif self.heard is None:
            self.heard = event
        elif event.source is ev.Source.LIVE:
            self.heard = _completed(event, self.heard)
        else:
            self.heard = _completed(self.heard, event)
        before, self.fact = self.fact, self._best()
        return before != self.fact

    def improved_by(self, event: ev.CallEvent) -> bool:
        """Whether something would be known better if this were told."""
        return replace(self).tell(event)

    def _best(self) -> ev.CallEvent:
        heard, written = self.heard, self.written
        if heard is None or written is None:
            return heard or written or self.fact
        late = heard.source is ev.Source.SERVICE or abs(heard.at - written.at) >= PRECISION
        # Two stamps that are as good as equal move nothing: the order that is known stays as it is.
        return _completed(replace(heard, at=written.at if late else self.fact.at), written)


def _completed(start: ev.CallEvent, other: ev.CallEvent) -> ev.CallEvent:
    """What one teller left out of how the call began, or of why a phone fell silent, from the other.

    A ring that was cancelled says little: of the two words for its end one may be lost with the link. Other
    facts are whole.
    """
    if isinstance(start, ev.RingEnded) and isinstance(other, ev.RingEnded):
        return replace(start, result=other.result) if start.result is ev.RingResult.CALLER_GONE else start
    if not isinstance(start, ev.CallStarted) or not isinstance(other, ev.CallStarted):
        return start
    return replace(
        start,
        hotline=start.hotline or other.hotline,
        number=start.number or other.number,
        name=start.name or other.name,
        channel=start.channel or other.channel,
        agent=start.agent or other.agent,
        test=start.test or other.test,
    )


@dataclass(slots=True)
class Facts:
    """What happened, in order; the first one began the call.

    Listener and reader each tell in the right order, but stamp one occurrence a little apart: so a fact is
    never placed before what its own teller told before it, and among the facts of the other by its time.
    Guesses stand by their time among them, and count only as long as nobody knows better.
    """

    items: list[Occurrence]
    guesses: list[ev.CallEvent] = field(default_factory=list)
    _heard: int = 1
    _read: int = 1
    _read_at: datetime | None = None

    @classmethod
    def beginning(cls, event: ev.CallStarted) -> "Facts":
        """The first fact of a call."""
        return cls([Occurrence.told(event)])

    def place_of(self, event: ev.CallEvent) -> int | None:
        """Where this occurrence is known already; of several the nearest one in time."""
        kind, nearest, found = type(event), ONLY_ONCE, None
        for place, known in enumerate(self.items):
            # The kind first: this is asked for every event of every call.
            if type(known.fact) is kind:
                apart = known.apart(event)
                if apart is not None and apart < nearest:
                    nearest, found = apart, place
        return found

    def place_for(self, event: ev.CallEvent) -> int:
        """Where a new fact belongs; never before the first one, which began the call."""
        return self._place_by_time(event.at, self._told_before(event))

    def insert(self, place: int, event: ev.CallEvent) -> None:
        """Put a new fact in."""
        self._put(place, Occurrence.told(event))
        self._told(place, event)

    def tell_again(self, place: int, event: ev.CallEvent) -> bool:
        """The fact at this place was told once more. False when nothing is known better by that."""
        known = self.items[place]
        before = known.fact.at
        better = known.tell(event)
        if place > 0 and known.fact.at != before:
            del self.items[place]
            self._heard -= self._heard > place
            self._read -= self._read > place
            place = self._place_by_time(known.fact.at, 1)
            self._put(place, known)
        self._told(place, event)
        return better

    def suppose(self, guess: ev.CallEvent) -> bool:
        """Remember a guess; False when it is known."""
        if guess in self.guesses:
            return False
        self.guesses.append(guess)
        self.guesses.sort(key=lambda known: (known.at, _ORDER[type(known)]))
        del self.guesses[:-MOST_GUESSES]
        return True

    def in_order(self, place: int | None = None, new: ev.CallEvent | None = None) -> list[ev.CallEvent]:
        """All facts and guesses, with a new one at its place."""
        facts = [known.fact for known in self.items]
        if place is not None and new is not None:
            facts.insert(place, new)
        return list(_with_guesses(facts, self.guesses))

    def _place_by_time(self, at: datetime, earliest: int) -> int:
        place = len(self.items)
        while place > earliest and self.items[place - 1].fact.at > at:
            place -= 1
        return place

    def _put(self, place: int, occurrence: Occurrence) -> None:
        self.items.insert(place, occurrence)
        self._heard += self._heard > place
        self._read += self._read > place

    def _told(self, place: int, event: ev.CallEvent) -> None:
        """What the event's teller tells next is behind this place."""
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


def _with_guesses(facts: list[ev.CallEvent], guesses: Sequence[ev.CallEvent]) -> Iterator[ev.CallEvent]:
    """Each guess behind the last fact that is not later."""
    places: dict[int, list[ev.CallEvent]] = {}
    for guess in guesses:
        place = len(facts)
        while place > 1 and facts[place - 1].at > guess.at:
            place -= 1
        places.setdefault(place, []).append(guess)
    for place, fact in enumerate(facts):
        yield from places.get(place, ())
        yield fact
    yield from places.get(len(facts), ())
