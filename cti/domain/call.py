"""One call from entry to hang-up: the fold of its events into path, stints, offers, legs and recordings.

The same fold serves the live floor and the reconciler. A fact may arrive twice, live and from Asterisk's
records: the second time it changes nothing. From the records it may also arrive late: then the call is folded
again with the fact in its place, so that in the end it is the same as if nothing had ever been missed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cti.domain import events as ev
from cti.domain.call_effects import EFFECTS
from cti.domain.call_parts import Leg, Offer, Recorded, Step, Stint
from cti.domain.call_state import CALL_MOVES, NOTES, CallState, IllegalMove
from cti.domain.call_state import CallState as S
from cti.domain.facts import Facts

# What a fold leaves behind; the rest belongs to the call whatever its facts are.
_FOLDED = (
    "started_at", "direction", "hotline", "number", "name", "channel", "state", "language", "path", "stints",
    "offers", "legs", "recordings", "number_e164", "record", "transfer", "ended_at", "end_cause",
)  # fmt: skip


@dataclass(slots=True)
class Call:
    """The interaction with one caller. Change it only through `apply`."""

    id: str
    started_at: datetime
    direction: ev.Direction = ev.Direction.INBOUND
    hotline: str | None = None
    number: str = ""
    name: str = ""
    channel: str = ""
    state: CallState = CallState.MENU
    language: str = ""
    path: list[Step] = field(default_factory=list)
    stints: list[Stint] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    legs: list[Leg] = field(default_factory=list)
    recordings: list[Recorded] = field(default_factory=list)
    number_e164: str | None = None
    record: Mapping[str, Any] | None = None
    transfer: ev.TransferAsked | None = None
    ended_at: datetime | None = None
    end_cause: int | None = None
    incomplete: bool = False
    source: ev.Source = ev.Source.LIVE
    own_agent: str | None = None
    facts: Facts = field(default_factory=lambda: Facts([]))

    @classmethod
    def started(cls, event: ev.CallStarted) -> "Call":
        """The call as its first event tells it."""
        return cls(
            id=event.call_id,
            started_at=event.at,
            direction=event.direction,
            hotline=event.hotline,
            number=event.number,
            name=event.name,
            channel=event.channel,
            source=event.source,
            own_agent=event.agent,
            state=S.MENU if event.direction is ev.Direction.INBOUND else S.RINGING,
            facts=Facts([event]),
        )

    @property
    def stint(self) -> Stint | None:
        """The stay in a queue that still lasts."""
        return self.stints[-1] if self.stints and self.stints[-1].left_at is None else None

    @property
    def open_offers(self) -> list[Offer]:
        """Phones that ring for this call now."""
        return [o for o in self.offers if o.ended_at is None]

    @property
    def open_legs(self) -> list[Leg]:
        """Agents who are in conversation with the caller now."""
        return [leg for leg in self.legs if leg.ended_at is None]

    def leg_of(self, agent: str) -> Leg | None:
        """The agent's part that still lasts."""
        return next((leg for leg in reversed(self.open_legs) if leg.agent == agent), None)

    def last_leg_of(self, agent: str) -> Leg | None:
        """The agent's newest part, whether it lasts or not."""
        return next((leg for leg in reversed(self.legs) if leg.agent == agent), None)

    def offer_to(self, agent: str) -> Offer | None:
        """The agent's phone ringing for this call."""
        return next((o for o in reversed(self.open_offers) if o.agent == agent), None)

    @property
    def agent(self) -> str | None:
        """Who has the call: the talking agent, else the one who rings, else the last one."""
        for candidates in (self.open_legs, self.open_offers, self.legs):
            if candidates:
                return candidates[-1].agent
        return self.own_agent

    @property
    def waited_s(self) -> float:
        """Seconds of finished queue waits; time in the menu is not waiting."""
        return sum(s.waited_s or 0.0 for s in self.stints)

    def apply(self, event: ev.CallEvent) -> None:
        """Fold one event in. Raises IllegalMove, with nothing changed, when it cannot follow here."""
        place = self.facts.place_of(event)
        if place is not None:
            self.facts.told(place, event)
            return
        place = self.facts.place_for(event)
        if place < len(self.facts.items) and not isinstance(event, NOTES):
            self._fold_again(place, event)
        else:
            self._take(event)
        self.facts.insert(place, event)

    def knows(self, event: ev.CallEvent) -> bool:
        """Whether this occurrence is part of the call already, from whatever source."""
        return self.facts.place_of(event) is not None

    def _fold_again(self, place: int, late: ev.CallEvent) -> None:
        """Begin anew with a fact that came late. Raises IllegalMove when it cannot stand in its place."""
        first, facts = self.facts.items[0], self.facts.items[1:]
        facts.insert(place - 1, late)
        assert isinstance(first, ev.CallStarted)
        again = Call.started(first)
        for fact in facts:
            try:
                again._take(fact)
            except IllegalMove:
                if fact is late:
                    raise
        deaf = {(leg.agent, leg.started_at) for leg in self.legs if not leg.holds_known}
        for leg in again.legs:
            leg.holds_known &= (leg.agent, leg.started_at) not in deaf
        for name in _FOLDED:
            setattr(self, name, getattr(again, name))

    def _take(self, event: ev.CallEvent) -> None:
        if isinstance(event, NOTES):
            EFFECTS[type(event)](self, event)
            return
        allowed = CALL_MOVES[self.state].get(type(event))
        if allowed is None:
            raise IllegalMove(f"{type(event).__name__} cannot follow in state {self.state} of call {self.id}")
        EFFECTS[type(event)](self, event)
        self.state = self._settled()

    def _settled(self) -> CallState:
        """The state that the facts add up to; one rule instead of one per event."""
        if self.ended_at is not None:
            return S.ENDED
        if self.open_legs:
            return S.HOLDING if any(leg.held_since for leg in self.open_legs) else S.TALKING
        if self.open_offers:
            return S.RINGING
        if self.stint:
            return S.QUEUED
        return S.MENU if self.direction is ev.Direction.INBOUND else S.RINGING

    def mark_gap(self) -> None:
        """A part of the call was not heard; that may have hidden holds of the conversations that last now."""
        self.incomplete = True
        for leg in self.open_legs:
            leg.holds_known = False
