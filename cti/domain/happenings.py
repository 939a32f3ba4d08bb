"""What just happened to each agent that they have to know: the newest, until they act or take a call. Pure.

Learned as it happens and kept in memory alone: what Asterisk's records tell later is history, not news.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from crm.rules.caller import CustomerCard
from cti.domain import events as ev
from cti.domain import pauses
from cti.domain.agent import Activity, Agent, Presence
from cti.domain.call import Call

# A phone stops ringing at most so long before the caller's channel is gone.
_GONE_WITHIN = timedelta(seconds=5)


# No other event means anything here: asked first, because most are none of these.
_TELLING = frozenset(
    {
        ev.AgentRung,
        ev.RingEnded,
        ev.QueueEntered,
        ev.CallerIdentified,
        ev.LegStarted,
        ev.LegEnded,
        ev.CallEnded,
        ev.AgentSignedOut,
        ev.WrapUpEnded,
        ev.MemberAdded,
        ev.MemberPaused,
        ev.MemberUnpaused,
        ev.PauseDecided,
    }
)


class HappeningKind(StrEnum):
    """`not_taken`: whom they sent the caller on to did not take the call. `ran_out`: after-call work did."""

    MISSED = "missed"
    DECLINED = "declined"
    UNREACHED = "unreached"
    CALLER_GONE = "caller_gone"
    LOST = "lost"
    NOT_TAKEN = "not_taken"
    SIGNED_OUT = "signed_out"
    RAN_OUT = "ran_out"


K = HappeningKind

_BY_RING = {
    ev.RingResult.NO_ANSWER: K.MISSED,
    ev.RingResult.REFUSED: K.DECLINED,
    ev.RingResult.UNREACHABLE: K.UNREACHED,
}
# The caller waits for this agent.
_WAITED_FOR = frozenset({K.LOST, K.NOT_TAKEN})
# Over as soon as the agent has chosen whether to take calls.
_ABOUT_PRESENCE = frozenset({K.MISSED, K.DECLINED, K.UNREACHED, K.SIGNED_OUT})


@dataclass(frozen=True, slots=True)
class Happening:
    """The caller is in it, who may be out of the agent's sight by then.

    `by` is an extension or, of who signed the agent out, a login; `reason` a word or that one's text.
    """

    kind: HappeningKind
    at: datetime
    call_id: str | None = None
    number: str = ""
    number_e164: str | None = None
    customer: CustomerCard | None = None
    queue: str | None = None
    by: str | None = None
    reason: str = ""

    def naming(self, call: Call) -> "Happening":
        """The same with what is known of the caller now."""
        customers = call.record.customers if call.record is not None else ()
        return replace(
            self,
            call_id=call.id,
            number=call.number,
            number_e164=call.number_e164,
            customer=customers[0] if len(customers) == 1 else None,
        )


class Happenings:
    """The newest happening of each agent. `see` each event once the floor has taken it in."""

    def __init__(self) -> None:
        self._of: dict[str, Happening] = {}
        self._untold: set[str] = set()

    def see(self, event: ev.Event, calls: Mapping[str, Call], agents: Mapping[str, Agent]) -> None:
        """What the event means to the agents whom it concerns."""
        if type(event) not in _TELLING or event.source is ev.Source.RECORD:
            return
        if isinstance(event, ev.CallEvent):
            call = calls.get(event.call_id)
            if call is not None:
                self._see_call(event, call)
        elif isinstance(event, ev.AgentEvent) and event.agent in agents:
            self._see_agent(event, calls, agents[event.agent])

    def _see_call(self, event: ev.CallEvent, call: Call) -> None:
        match event:
            case ev.AgentRung():
                known = self._of.get(event.agent)
                if known is not None and known.call_id != call.id:
                    self._clear(event.agent)
            case ev.RingEnded():
                self._ring_ended(event, call)
            case ev.QueueEntered():
                self._came_back(event, call)
            case ev.CallerIdentified():
                self._name_again(call)
            case ev.LegStarted():
                self._clear(event.agent)
            case ev.LegEnded():
                last = call.last_leg_of(event.agent)
                if event.reason is ev.LegEnd.PHONE_LOST and last is not None and last.end is event.reason:
                    self._say(event.agent, Happening(K.LOST, event.at, queue=last.queue), call)
            case ev.CallEnded():
                self._call_ended(event, call)
            case _:
                pass

    def _ring_ended(self, event: ev.RingEnded, call: Call) -> None:
        """Asterisk tells it twice; the offer ended with the first of them."""
        offer = next((o for o in reversed(call.offers) if o.agent == event.agent), None)
        kind = _BY_RING.get(event.result)
        if offer is None or kind is None or call.direction is not ev.Direction.INBOUND:
            return
        if offer.ended_at == max(event.at, offer.rang_at) and offer.result is event.result:
            self._say(event.agent, Happening(kind, event.at, queue=offer.queue), call)

    def _came_back(self, event: ev.QueueEntered, call: Call) -> None:
        """Whoever was sent to an agent and is in a queue again was not taken: that phone rang or was busy."""
        asked = call.transfer
        if asked is None or asked.to_agent is None:
            return
        taken = any(leg.agent == asked.to_agent and leg.started_at >= asked.at for leg in call.legs)
        stays = sum(stint.entered_at >= asked.at for stint in call.stints)
        if taken or stays != 1:
            return
        rung = [o for o in call.offers if o.agent == asked.to_agent and o.rang_at >= asked.at]
        reason = str(rung[-1].result or "") if rung else "busy"
        happening = Happening(K.NOT_TAKEN, event.at, queue=event.queue, by=asked.to_agent, reason=reason)
        self._say(asked.agent, happening, call)

    def _name_again(self, call: Call) -> None:
        """The caller was looked up after it happened."""
        for ext, known in list(self._of.items()):
            if known.call_id == call.id:
                self._say(ext, known, call)

    def _call_ended(self, event: ev.CallEnded, call: Call) -> None:
        """Who rang in vain, and who was waited for, may want to call back."""
        if call.direction is not ev.Direction.INBOUND:
            return
        abandoned = bool(call.stints) and call.stints[-1].outcome is ev.StintOutcome.ABANDONED
        gone = Happening(K.CALLER_GONE, event.at, queue=call.queue)
        for ext, known in list(self._of.items()):
            if known.kind in _WAITED_FOR and known.call_id == call.id:
                self._clear(ext)
                if abandoned:
                    self._say(ext, gone, call)
        if event.source is not ev.Source.LIVE:
            return  # Only supposed: whether the caller gave up, nobody heard.
        for offer in call.offers:
            rang_last = offer.ended_at is not None and event.at - offer.ended_at < _GONE_WITHIN
            answered = any(leg.started_at >= offer.rang_at for leg in call.legs)
            if offer.result is ev.RingResult.CALLER_GONE and rang_last and not answered:
                self._say(offer.agent, gone, call)

    def _see_agent(self, event: ev.AgentEvent, calls: Mapping[str, Call], agent: Agent) -> None:
        known = self._of.get(agent.ext)
        match event:
            case ev.AgentSignedOut():
                happening = Happening(K.SIGNED_OUT, event.at, by=event.by, reason=event.reason)
                self._say(agent.ext, happening)
            case ev.WrapUpEnded(timed_out=True):
                # That the caller waits is more than that the time is over.
                call = calls.get(event.call_id)
                if call is not None and (known is None or known.kind not in _WAITED_FOR):
                    self._say(agent.ext, Happening(K.RAN_OUT, event.at), call)
            case ev.MemberAdded() | ev.MemberPaused() | ev.MemberUnpaused() | ev.PauseDecided():
                if known is not None and agent.presence_since >= event.at and _has_chosen(agent, known):
                    self._clear(agent.ext)
            case _:
                pass

    def _say(self, ext: str, happening: Happening, call: Call | None = None) -> None:
        self._of[ext] = happening.naming(call) if call is not None else happening
        self._untold.add(ext)

    def _clear(self, ext: str) -> None:
        if self._of.pop(ext, None) is not None:
            self._untold.add(ext)

    def untold(self) -> tuple[tuple[str, Happening | None], ...]:
        """What changed since the last time, by agent; None where nothing is to be known any more."""
        if not self._untold:
            return ()
        told = tuple((ext, self._of.get(ext)) for ext in sorted(self._untold))
        self._untold.clear()
        return told

    def all(self) -> dict[str, Happening]:
        """All of them, by agent."""
        return dict(self._of)


def _has_chosen(agent: Agent, known: Happening) -> bool:
    """Whether the agent's new presence is what they wanted, and settles it."""
    if agent.presence is Presence.READY:
        return agent.activity is Activity.IDLE or known.kind in _ABOUT_PRESENCE
    return known.kind in _ABOUT_PRESENCE and agent.reason in pauses.PAUSE_REASONS
