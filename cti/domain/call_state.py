"""The states of a call and which event may lead from one to another: one table, also drawn in the docs."""

from collections.abc import Mapping
from enum import StrEnum

from cti.domain import events as ev


class CallState(StrEnum):
    """Where the caller is. `menu` is the voice menu and every moment between a queue and a conversation."""

    MENU = "menu"
    QUEUED = "queued"
    RINGING = "ringing"
    TALKING = "talking"
    HOLDING = "holding"
    ENDED = "ended"


S = CallState

# Which states may follow which, per kind of event. Everything else is an illegal move. A state follows itself
# where the fact is already known, or is about another queue or agent than the present one. `ENDED` takes late
# facts of other channels and stays.
CALL_MOVES: Mapping[CallState, Mapping[type[ev.CallEvent], frozenset[CallState]]] = {
    S.MENU: {
        ev.MenuStepTaken: frozenset({S.MENU}),
        ev.QueueEntered: frozenset({S.MENU, S.QUEUED}),
        ev.QueueLeft: frozenset({S.MENU}),
        ev.AgentRung: frozenset({S.RINGING}),
        ev.RingEnded: frozenset({S.MENU}),
        ev.LegStarted: frozenset({S.TALKING}),
        ev.LegEnded: frozenset({S.MENU}),
        ev.LegHeld: frozenset({S.MENU}),
        ev.LegResumed: frozenset({S.MENU}),
        ev.CallerUnbridged: frozenset({S.MENU}),
        ev.CallEnded: frozenset({S.ENDED}),
    },
    S.QUEUED: {
        ev.MenuStepTaken: frozenset({S.QUEUED}),
        ev.QueueEntered: frozenset({S.QUEUED}),
        ev.QueueLeft: frozenset({S.QUEUED, S.MENU}),
        ev.AgentRung: frozenset({S.RINGING}),
        ev.RingEnded: frozenset({S.QUEUED}),
        ev.LegStarted: frozenset({S.TALKING}),
        ev.LegEnded: frozenset({S.QUEUED}),
        ev.CallerUnbridged: frozenset({S.QUEUED}),
        ev.CallEnded: frozenset({S.ENDED}),
    },
    S.RINGING: {
        ev.MenuStepTaken: frozenset({S.RINGING}),
        ev.QueueEntered: frozenset({S.RINGING, S.QUEUED}),
        ev.QueueLeft: frozenset({S.RINGING, S.MENU}),
        ev.AgentRung: frozenset({S.RINGING}),
        ev.RingEnded: frozenset({S.RINGING, S.QUEUED, S.MENU}),
        ev.LegStarted: frozenset({S.TALKING}),
        ev.LegEnded: frozenset({S.RINGING}),
        ev.CallerUnbridged: frozenset({S.RINGING}),
        ev.CallEnded: frozenset({S.ENDED}),
    },
    S.TALKING: {
        ev.QueueEntered: frozenset({S.TALKING, S.QUEUED}),
        ev.QueueLeft: frozenset({S.TALKING}),
        ev.AgentRung: frozenset({S.TALKING, S.RINGING}),
        ev.RingEnded: frozenset({S.TALKING}),
        ev.LegStarted: frozenset({S.TALKING}),
        ev.LegHeld: frozenset({S.TALKING, S.HOLDING}),
        ev.LegResumed: frozenset({S.TALKING}),
        ev.LegEnded: frozenset({S.TALKING, S.HOLDING, S.MENU, S.QUEUED, S.RINGING}),
        ev.CallerUnbridged: frozenset({S.TALKING, S.HOLDING, S.MENU, S.QUEUED, S.RINGING}),
        ev.CallEnded: frozenset({S.ENDED}),
    },
    S.HOLDING: {
        ev.QueueEntered: frozenset({S.HOLDING, S.QUEUED}),
        ev.QueueLeft: frozenset({S.HOLDING}),
        ev.AgentRung: frozenset({S.HOLDING, S.RINGING}),
        ev.RingEnded: frozenset({S.HOLDING}),
        ev.LegStarted: frozenset({S.HOLDING, S.TALKING}),
        ev.LegHeld: frozenset({S.HOLDING}),
        ev.LegResumed: frozenset({S.HOLDING, S.TALKING}),
        ev.LegEnded: frozenset({S.HOLDING, S.TALKING, S.MENU, S.QUEUED, S.RINGING}),
        ev.CallerUnbridged: frozenset({S.HOLDING, S.TALKING, S.MENU, S.QUEUED, S.RINGING}),
        ev.CallEnded: frozenset({S.ENDED}),
    },
    S.ENDED: {
        ev.QueueLeft: frozenset({S.ENDED}),
        ev.RingEnded: frozenset({S.ENDED}),
        ev.LegResumed: frozenset({S.ENDED}),
        ev.LegEnded: frozenset({S.ENDED}),
        ev.MenuStepTaken: frozenset({S.ENDED}),
        ev.CallerUnbridged: frozenset({S.ENDED}),
        ev.CallEnded: frozenset({S.ENDED}),
    },
}

# Facts that never move the call: they only add to what is known of it.
NOTES: tuple[type[ev.CallEvent], ...] = (
    ev.CallStarted,
    ev.RecordingStarted,
    ev.CallerIdentified,
    ev.TransferAsked,
    ev.DialEnded,
)


class IllegalMove(ValueError):
    """An event that cannot follow in this state; nothing was changed."""
