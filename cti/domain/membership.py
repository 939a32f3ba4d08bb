"""What the facts about an agent's phone as a member of queues make of the agent."""

from cti.domain import events as ev
from cti.domain.agent import Agent, Interval

MemberEvent = ev.MemberAdded | ev.MemberRemoved | ev.MemberPaused | ev.MemberUnpaused | ev.PauseDecided


def follow_member(agent: Agent, event: MemberEvent) -> list[Interval]:
    """A queue took the phone in or let it go, or it is paused or not: the intervals that changed."""
    live = event.source is ev.Source.LIVE
    match event:
        case ev.MemberAdded():
            return agent.joined(event.queue, event.reason if event.paused else None, event.at, live=live)
        case ev.MemberRemoved():
            return agent.left(event.queue, event.at)
        case ev.MemberPaused():
            return agent.joined(event.queue, event.reason, event.at, live=live)
        case ev.MemberUnpaused():
            return agent.joined(event.queue, None, event.at, live=live)
        case ev.PauseDecided():
            return agent.decide(event.reasons, event.at)


def follow_ring(agent: Agent, event: ev.Event) -> list[Interval]:
    """Whether an agent declined is told of the ring; Asterisk's pause for it does not say so."""
    if isinstance(event, ev.AgentRung):
        agent.rung()
    elif isinstance(event, ev.RingEnded) and event.result is ev.RingResult.REFUSED:
        return agent.refused(event.at)
    return []
