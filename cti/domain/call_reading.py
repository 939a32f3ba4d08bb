"""What can be read off a call: the same of the live one and of its frozen form that crosses the bus."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from cti.domain import events as ev
from cti.domain.call_parts import Leg, Offer, Stint


class CallReading:
    """Derived from the parts of a call; whoever has the parts has these."""

    __slots__ = ()

    if TYPE_CHECKING:
        # Not at run time: a dataclass would take them for the defaults of its own fields.
        @property
        def stints(self) -> Sequence[Stint]: ...
        @property
        def offers(self) -> Sequence[Offer]: ...
        @property
        def legs(self) -> Sequence[Leg]: ...
        @property
        def own_agent(self) -> str | None: ...
        @property
        def ended_at(self) -> datetime | None: ...

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

    @property
    def queue(self) -> str | None:
        """The queue of the newest stay, whether it lasts or not."""
        return self.stints[-1].queue if self.stints else None
