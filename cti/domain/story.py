"""What the facts about one call add up to: its path, stints, offers, legs, recordings and end."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime

from msgspec.structs import replace

from crm.rules.caller import CallerRecord
from cti.domain import events as ev
from cti.domain.call_parts import Leg, Note, Offer, Recorded, Step, Stint
from cti.domain.call_reading import CallReading
from cti.domain.call_state import CallState
from cti.domain.call_state import CallState as S


@dataclass(slots=True)
class Story(CallReading):
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
    record: CallerRecord | None = None
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

    def deafen(self, moments: Iterable[datetime]) -> None:
        """Nobody listened from these moments on: of the conversations that lasted then, holds are unknown."""
        for at in moments:
            for place, leg in enumerate(self.legs):
                if leg.started_at <= at and (leg.ended_at is None or leg.ended_at >= at):
                    self.legs[place] = replace(leg, holds_known=False)

    def become(self, other: "Story") -> None:
        """Take over everything that another fold of the call has come to."""
        for part in fields(Story):
            setattr(self, part.name, getattr(other, part.name))
