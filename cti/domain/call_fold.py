"""Adds facts to a call's story, one by one or all of them in order: the one place that moves its state."""

from collections.abc import Sequence

from cti.domain import events as ev
from cti.domain.call_effects import EFFECTS
from cti.domain.call_state import CALL_MOVES, NOTES, CallState, IllegalMove
from cti.domain.call_state import CallState as S
from cti.domain.facts import is_guess, is_told_later
from cti.domain.story import Story


def take(story: Story, event: ev.CallEvent) -> None:
    """Add one fact. Raises IllegalMove, with nothing changed, when it cannot follow here."""
    if isinstance(event, NOTES):
        EFFECTS[type(event)](story, event)
        return
    allowed = CALL_MOVES[story.state].get(type(event))
    if allowed is None:
        raise IllegalMove(f"{type(event).__name__} cannot follow in state {story.state} of call {story.id}")
    EFFECTS[type(event)](story, event)
    story.state = _settled(story)


def _settled(story: Story) -> CallState:
    """The state that the facts add up to; one rule instead of one per event."""
    if story.ended_at is not None:
        return S.ENDED
    if story.open_legs:
        return S.HOLDING if any(leg.held_since for leg in story.open_legs) else S.TALKING
    if story.open_offers:
        return S.RINGING
    if story.stint:
        return S.QUEUED
    return S.MENU if story.direction is ev.Direction.INBOUND else S.RINGING


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
            take(story, fact)
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
