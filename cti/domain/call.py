"""One call from entry to hang-up: its story, and the facts that the story follows from.

The same fold serves the live floor and the reconciler. A fact may arrive twice, live and from Asterisk's
records: the second time it changes nothing, or makes the first one more exact. It may also arrive late, or
after a guess that it proves wrong: then the call is folded again with the fact in its place, so that in the
end it is the same as if nothing had ever been missed.
"""

from dataclasses import dataclass, field
from datetime import datetime

from cti.domain import events as ev
from cti.domain.call_fold import folded, take
from cti.domain.call_state import NOTES, IllegalMove
from cti.domain.facts import Facts, is_guess
from cti.domain.story import Story


@dataclass(slots=True)
class Call(Story):
    """The interaction with one caller. Change it only through `apply`.

    `deaf` are the moments at which a gap in what was heard began or ended.
    """

    incomplete: bool = False
    deaf: list[datetime] = field(default_factory=list, compare=False)
    facts: Facts = field(default_factory=lambda: Facts([]), compare=False)

    @classmethod
    def started(cls, event: ev.CallStarted) -> "Call":
        """The call as its first event tells it."""
        call = cls(event.call_id, event.at, facts=Facts.beginning(event))
        call.begin(event)
        return call

    def apply(self, event: ev.CallEvent) -> None:
        """Fold one event in. Raises IllegalMove, with nothing changed, when it cannot follow here."""
        facts = self.facts
        # The source first: this is asked for every event.
        if event.source is ev.Source.SERVICE and is_guess(event):
            if facts.suppose(event):
                self._suppose(event)
            return
        place = facts.place_of(event)
        if place is not None:
            if facts.tell_again(place, event):
                self._become(None, facts.in_order())
            return
        place = facts.place_for(event)
        late = place < len(facts.items) and not isinstance(event, NOTES)
        if late or facts.guesses:
            self._become(event, facts.in_order(place, event))
        else:
            take(self, event)
        facts.insert(place, event)

    def knows(self, event: ev.CallEvent) -> bool:
        """Whether this occurrence is part of the call already, from whatever source."""
        return self.facts.place_of(event) is not None

    def is_improved_by(self, event: ev.CallEvent) -> bool:
        """Whether the event tells something known better; of a call with guesses in it everything does."""
        place = self.facts.place_of(event)
        if place is not None:
            return self.facts.items[place].improved_by(event)
        return self.guessed

    def _suppose(self, guess: ev.CallEvent) -> None:
        try:
            self._become(guess, self.facts.in_order())
        except IllegalMove:
            self.facts.guesses.remove(guess)
            raise

    def _become(self, new: ev.CallEvent | None, facts: list[ev.CallEvent]) -> None:
        story = folded(facts, new)
        story.deafen(self.deaf)
        self.become(story)

    def mark_gap(self, at: datetime) -> None:
        """From here on nobody listened for a while: that may have hidden holds of what lasted then."""
        self.incomplete = True
        # What is known to last now lasted then, whatever the stamps say.
        self.deaf.append(max([at, *(leg.started_at for leg in self.open_legs)]))
        self.deafen(self.deaf)
