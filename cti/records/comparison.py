"""Compares a call as we know it with the same call as Asterisk's records tell it."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from cti.domain import events as ev
from cti.domain.call import Call
from cti.domain.call_parts import Leg, Offer, Step, Stint
from cti.domain.call_state import IllegalMove
from cti.domain.outcome import AnyCall

T = TypeVar("T")

# What is stamped twice is stamped a little apart: more on a machine under load.
TOLERANCE = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Difference:
    """One part of a call that is not the same, both as text for people."""

    part: str
    ours: str
    theirs: str


def fold(events: Iterable[ev.CallEvent]) -> Call | None:
    """The call that the events add up to; None when the first one is not its start."""
    call: Call | None = None
    for event in events:
        if call is None:
            if not isinstance(event, ev.CallStarted):
                return None
            call = Call.started(event)
        else:
            with suppress(IllegalMove):
                call.apply(event)
    return call


def differences(ours: AnyCall, theirs: AnyCall) -> tuple[Difference, ...]:
    """Which parts differ by more than the tolerance. What only one side can know (holds, who asked for a
    transfer, why a phone did not answer) is not compared.
    """
    parts = (
        _part("number", [ours.number], [theirs.number], _as_full, str),
        _part("path", ours.path, theirs.path, _same_step, _step),
        _part("stints", ours.stints, theirs.stints, _same_stint, _stint),
        _part("offers", _by_ring(ours.offers), _by_ring(theirs.offers), _same_offer, _offer),
        _part("legs", ours.legs, theirs.legs, _same_leg, _leg),
        _part("end", [ours.ended_at], [theirs.ended_at], _near, _time),
    )
    return tuple(part for part in parts if part is not None)


def _part(
    name: str, ours: Sequence[T], theirs: Sequence[T], same: Callable[[T, T], bool], text: Callable[[T], str]
) -> Difference | None:
    if len(ours) == len(theirs) and all(same(a, b) for a, b in zip(ours, theirs, strict=True)):
        return None
    return Difference(name, "; ".join(map(text, ours)), "; ".join(map(text, theirs)))


def _as_full(ours: str, theirs: str) -> bool:
    """Ours may have come from a better source (what an agent dialled); none is less than theirs."""
    return bool(ours) or not theirs


def _near(ours: datetime | None, theirs: datetime | None) -> bool:
    if ours is None or theirs is None:
        return ours is theirs
    return abs(ours - theirs) < TOLERANCE


def _same_step(ours: Step, theirs: Step) -> bool:
    return (ours.step, ours.exit, ours.keys) == (theirs.step, theirs.exit, theirs.keys)


def _same_stint(ours: Stint, theirs: Stint) -> bool:
    alike = (ours.queue, ours.outcome) == (theirs.queue, theirs.outcome)
    return alike and _near(ours.entered_at, theirs.entered_at) and _near(ours.left_at, theirs.left_at)


def _by_ring(offers: Sequence[Offer]) -> Sequence[Offer]:
    """Several phones that begin to ring at once are told in any order."""
    return sorted(offers, key=lambda offer: (offer.agent, offer.rang_at))


def _same_offer(ours: Offer, theirs: Offer) -> bool:
    answered = ev.RingResult.ANSWERED
    alike = ours.agent == theirs.agent and (ours.result is answered) == (theirs.result is answered)
    return alike and _near(ours.rang_at, theirs.rang_at) and _near(ours.ended_at, theirs.ended_at)


def _same_leg(ours: Leg, theirs: Leg) -> bool:
    alike = (ours.agent, ours.queue) == (theirs.agent, theirs.queue)
    return alike and _near(ours.started_at, theirs.started_at) and _near(ours.ended_at, theirs.ended_at)


def _time(at: datetime | None) -> str:
    return "open" if at is None else f"{at:%H:%M:%S}"


def _step(step: Step) -> str:
    return f"{step.step} → {step.exit}"


def _stint(stint: Stint) -> str:
    return f"{stint.queue} {stint.outcome or 'waiting'} {_time(stint.entered_at)}–{_time(stint.left_at)}"


def _offer(offer: Offer) -> str:
    return f"{offer.agent} {offer.result or 'ringing'} {_time(offer.rang_at)}–{_time(offer.ended_at)}"


def _leg(leg: Leg) -> str:
    return f"{leg.agent} {leg.queue or 'direct'} {_time(leg.started_at)}–{_time(leg.ended_at)}"
