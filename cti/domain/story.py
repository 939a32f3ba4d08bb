"""What the facts about one call add up to: its path, stints, offers, legs, recordings and end."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from cti.domain import events as ev
from cti.domain.call_effects import EFFECTS
from cti.domain.call_parts import Leg, Note, Offer, Recorded, Step, Stint
from cti.domain.call_state import CALL_MOVES, NOTES, CallState, IllegalMove
from cti.domain.call_state import CallState as S
from cti.domain.facts import is_guess, is_told_later


@dataclass(slots=True)
class Story:
    """The fold of a call's facts. Everything in it follows from them, so it can be folded again at any time;
    what belongs to a call whatever its facts are stands in `Call`.

    `guessed`: some part of it is only what a comparison with Asterisk supposed.
    """

    id: str
    started_at: datetime
    direction: ev.Direction = ev.Direction.INBOUND
    hotline: str | None = None
    number: str = ""
    name: str = ""
    channel: str = ""
    test: bool = False
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
    dialled: ev.DialEnded | None = None
    notes: list[Note] = field(default_factory=list)
    ended_at: datetime | None = None
    end_cause: int | None = None
    source: ev.Source = ev.Source.LIVE
    own_agent: str | None = None
    guessed: bool = False

    def begin(self, event: ev.CallStarted) -> None:
        """As the call's first event tells it."""
        self.direction, self.hotline = event.direction, event.hotline
        self.number, self.name, self.channel = event.number, event.name, event.channel
        self.source, self.own_agent, self.test = event.source, event.agent, event.test
        self.state = S.MENU if event.direction is ev.Direction.INBOUND else S.RINGING

    @property
    def stint(self) -> Stint | None:
        """The stay in a queue that still lasts."""
        return self.stints[-1] if self.stints and self.stints[-1].left_at is None else None

    @property
    def open_offers(self) -> list[Offer]:
        """Phones that ring for this call now."""
        return [o for o in self.offers if o.ended_at is None]

    @property
    def ringing(self) -> set[str]:
        """Agents whose phone rings for this call, and who, dialling out, hears the customer's ring."""
        agents = {offer.agent for offer in self.open_offers}
        if self.own_agent is not None and not self.legs and self.ended_at is None:
            agents |= {o.agent for o in self.offers if o.result is ev.RingResult.ANSWERED}
        return agents

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

    def turn_of(self, agent: str) -> int:
        """The how-manieth leg of the agent it is that lasts, rings or was the last."""
        legs = sum(leg.agent == agent for leg in self.legs)
        return legs + (self.offer_to(agent) is not None and self.leg_of(agent) is None)

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

    def take(self, event: ev.CallEvent) -> None:
        """Add one fact. Raises IllegalMove, with nothing changed, when it cannot follow here."""
        if isinstance(event, NOTES):
            EFFECTS[type(event)](self, event)
            return
        allowed = CALL_MOVES[self.state].get(type(event))
        if allowed is None:
            raise IllegalMove(f"{type(event).__name__} cannot follow in state {self.state} of call {self.id}")
        EFFECTS[type(event)](self, event)
        self.state = self._settled()

    def deafen(self, moments: Iterable[datetime]) -> None:
        """Nobody listened from these moments on: of the conversations that lasted then, holds are unknown."""
        for at in moments:
            for leg in self.legs:
                if leg.started_at <= at and (leg.ended_at is None or leg.ended_at >= at):
                    leg.holds_known = False

    def become(self, other: "Story") -> None:
        """Take over everything that another fold of the call has come to."""
        for part in fields(Story):
            setattr(self, part.name, getattr(other, part.name))

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


def folded(facts: Sequence[ev.CallEvent], late: ev.CallEvent | None = None) -> Story:
    """The story that facts in order add up to, the first of them the call's beginning.

    Raises IllegalMove when `late`, which is new among them, cannot stand in its place.
    """
    first = facts[0]
    assert isinstance(first, ev.CallStarted)
    story = Story(first.call_id, first.at)
    story.begin(first)
    for place, fact in enumerate(facts[1:], start=1):
        guess = is_guess(fact)
        if guess and not (_is_news(story, fact) and not is_told_later(fact, facts[place + 1 :])):
            continue
        try:
            story.take(fact)
        except IllegalMove:
            if fact is late:
                raise
        else:
            story.guessed |= guess
    return story


def _is_news(story: Story, guess: ev.CallEvent) -> bool:
    """Whether a guess tells of something that the facts before it have not told yet."""
    match guess:
        case ev.QueueEntered(queue=queue):
            return story.stint is None or story.stint.queue != queue
        case ev.QueueLeft(queue=queue):
            return story.stint is not None and story.stint.queue == queue
        case ev.AgentRung(agent=agent):
            return story.offer_to(agent) is None and story.leg_of(agent) is None
        case ev.RingEnded(agent=agent):
            return story.offer_to(agent) is not None
        case ev.LegStarted(agent=agent):
            return story.leg_of(agent) is None
        case ev.LegEnded(agent=agent):
            return story.leg_of(agent) is not None
        case _:
            return story.ended_at is None
