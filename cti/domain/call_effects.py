"""What each event adds to a call: one function per event. Only `call_fold.py` uses them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from msgspec.structs import replace

from cti.domain import events as ev
from cti.domain.call_parts import Leg, Note, Offer, Recorded, Step, Stint
from cti.domain.ring_causes import own_ring_result
from cti.domain.story import Story

_Part = TypeVar("_Part")

_ELSEWHERE = ev.RingResult.ANSWERED_ELSEWHERE


def _started(call: Story, event: ev.CallStarted) -> None:
    call.hotline = call.hotline or event.hotline
    call.number = call.number or event.number
    call.name = call.name or event.name
    call.channel = call.channel or event.channel
    call.test = call.test or event.test


def _stepped(call: Story, event: ev.MenuStepTaken) -> None:
    call.path.append(Step(event.at, event.step, event.kind, event.exit, event.keys, event.language))
    call.language = event.language or call.language


def _entered(call: Story, event: ev.QueueEntered) -> None:
    if call.stint is not None and call.stint.queue == event.queue:
        return
    _caller_was_there(call, ev.RingResult.MOVED)
    _close_stint(call, event.at, ev.StintOutcome.MOVED)
    call.stints.append(Stint(len(call.stints) + 1, event.queue, event.at, event.priority))


def _close_stint(call: Story, at: datetime, outcome: ev.StintOutcome) -> None:
    stint = call.stint
    if stint is not None:
        call.stints[-1] = replace(stint, left_at=max(at, stint.entered_at), outcome=outcome)


def _left(call: Story, event: ev.QueueLeft) -> None:
    if call.stint is not None and call.stint.queue == event.queue:
        _close_stint(call, event.at, event.outcome)


def _rung(call: Story, event: ev.AgentRung) -> None:
    known = call.offer_to(event.agent)
    if known is None and call.leg_of(event.agent) is None:
        _caller_was_there(call, ev.RingResult.MOVED)
        queue = event.queue or (call.stint.queue if call.stint else None)
        call.offers.append(Offer(event.agent, queue, event.at))


def _ring_ended(call: Story, event: ev.RingEnded) -> None:
    offer = call.offer_to(event.agent)
    if offer is not None:
        _end_offer(call, offer, event.at, _true_end(call, offer, event.result))
        return
    # The channel's hang-up tells afterwards that a colleague was faster.
    last = next((o for o in reversed(call.offers) if o.agent == event.agent), None)
    if last is not None and event.result is _ELSEWHERE and last.result is ev.RingResult.CALLER_GONE:
        _put(call.offers, last, replace(last, result=event.result))


def _end_offer(call: Story, offer: Offer, at: datetime, result: ev.RingResult) -> None:
    _put(call.offers, offer, replace(offer, ended_at=max(at, offer.rang_at), result=result))


def _put(parts: list[_Part], known: _Part, better: _Part) -> None:
    """In the place of the very same part; one that only equals it is another one."""
    parts[next(place for place, part in enumerate(parts) if part is known)] = better


def _true_end(call: Story, offer: Offer, told: ev.RingResult) -> ev.RingResult:
    """A phone may be told to be quiet a moment after the caller was taken elsewhere."""
    if told is not ev.RingResult.CALLER_GONE:
        return told
    if any(leg.started_at > offer.rang_at for leg in call.legs):
        return _ELSEWHERE
    moved = any(stint.entered_at > offer.rang_at for stint in call.stints)
    return ev.RingResult.MOVED if moved else told


def _caller_was_there(call: Story, why: ev.RingResult) -> None:
    """Asterisk cancels a ring for many reasons: whoever is served afterwards had not hung up then."""
    for place, offer in enumerate(call.offers):
        if offer.result is ev.RingResult.CALLER_GONE:
            call.offers[place] = replace(offer, result=why)


def _leg_started(call: Story, event: ev.LegStarted) -> None:
    if call.leg_of(event.agent) is not None:
        return
    offer = call.offer_to(event.agent)
    if offer is not None:
        answered_now = replace(offer, ended_at=event.at, result=ev.RingResult.ANSWERED)
        _put(call.offers, offer, answered_now)
    _caller_was_there(call, _ELSEWHERE)
    stint = call.stint
    if stint is not None:
        _close_stint(call, event.at, ev.StintOutcome.ANSWERED)
    answered = stint or (call.stints[-1] if call.stints and offer is not None and offer.queue else None)
    call.legs.append(
        Leg(
            no=len(call.legs) + 1,
            agent=event.agent,
            queue=answered.queue if answered else None,
            stint=answered.no if answered else None,
            channel=event.channel,
            started_at=event.at,
            holds_known=event.source is ev.Source.LIVE,
        )
    )


def _held(call: Story, event: ev.LegHeld) -> None:
    leg = call.leg_of(event.agent)
    if leg is not None and leg.held_since is None:
        _put(call.legs, leg, replace(leg, holds=(*leg.holds, (event.at, None))))


def _resumed(call: Story, event: ev.LegResumed) -> None:
    leg = call.leg_of(event.agent)
    if leg is not None:
        _put(call.legs, leg, _off_hold(leg, event.at))


def _off_hold(leg: Leg, at: datetime) -> Leg:
    since = leg.held_since
    return leg if since is None else replace(leg, holds=(*leg.holds[:-1], (since, max(at, since))))


def _leg_ended(call: Story, event: ev.LegEnded) -> None:
    leg = call.leg_of(event.agent)
    if leg is not None:
        _close_leg(call, leg, event.at, event.reason)
        _close_recordings(call, event.at)
        return
    # The channel's hang-up tells afterwards that it was the phone that was lost.
    last = call.last_leg_of(event.agent)
    if last is not None and event.reason is ev.LegEnd.PHONE_LOST and last.end is ev.LegEnd.HANGUP:
        _put(call.legs, last, replace(last, end=event.reason))


def _unbridged(call: Story, event: ev.CallerUnbridged) -> None:
    asked = call.transfer
    for leg in call.open_legs:
        sent_on = asked is not None and asked.agent == leg.agent and asked.at >= leg.started_at
        _close_leg(call, leg, event.at, ev.LegEnd.TRANSFERRED if sent_on else ev.LegEnd.CALLER_GONE)
    _close_recordings(call, event.at)


def _close_leg(call: Story, leg: Leg, at: datetime, end: ev.LegEnd) -> None:
    _put(call.legs, leg, replace(_off_hold(leg, at), ended_at=max(at, leg.started_at), end=end))


def _recording_started(call: Story, event: ev.RecordingStarted) -> None:
    if all(r.file != event.file for r in call.recordings):
        _close_recordings(call, event.at)
        call.recordings.append(Recorded(event.file, event.at, call.ended_at))


def _close_recordings(call: Story, at: datetime) -> None:
    """Each leg has its own: it ends with the leg, or with the call."""
    for place, it in enumerate(call.recordings):
        if it.ended_at is None:
            call.recordings[place] = replace(it, ended_at=max(at, it.started_at))


def _identified(call: Story, event: ev.CallerIdentified) -> None:
    call.number_e164, call.record = event.number_e164, event.record


def _transfer_asked(call: Story, event: ev.TransferAsked) -> None:
    """The note of an agent replaces only their own: what others wrote goes on with the call."""
    call.transfer = event if event.to_queue or event.to_agent else None
    call.notes = [note for note in call.notes if note.agent != event.agent]
    if call.transfer is not None and event.note:
        call.notes.append(Note(event.agent, event.note))


def _dial_ended(call: Story, event: ev.DialEnded) -> None:
    call.dialled = event
    # The number is dialled only when the agent's own phone has answered.
    for offer in tuple(call.offers):
        if offer.result in (None, ev.RingResult.CALLER_GONE):
            _end_offer(call, offer, event.at, ev.RingResult.ANSWERED)


def _ended(call: Story, event: ev.CallEnded) -> None:
    if call.ended_at is not None:
        return
    call.ended_at, call.end_cause = max(event.at, call.started_at), event.cause
    _close_stint(call, event.at, ev.StintOutcome.ABANDONED)
    for offer in call.open_offers:
        result = _true_end(call, offer, _ring_at_the_end(call, event))
        _put(call.offers, offer, replace(offer, ended_at=event.at, result=result))
    for leg in call.open_legs:
        _close_leg(call, leg, event.at, ev.LegEnd.CALLER_GONE)
    _close_recordings(call, event.at)


def _ring_at_the_end(call: Story, event: ev.CallEnded) -> ev.RingResult:
    """What became of a phone that rang until the call was over."""
    if event.source is ev.Source.SERVICE:
        return ev.RingResult.UNKNOWN
    return ev.RingResult.CALLER_GONE if call.own_agent is None else own_ring_result(event.cause)


EFFECTS: Mapping[type[ev.CallEvent], Callable[[Story, Any], None]] = {
    ev.CallStarted: _started,
    ev.MenuStepTaken: _stepped,
    ev.QueueEntered: _entered,
    ev.QueueLeft: _left,
    ev.AgentRung: _rung,
    ev.RingEnded: _ring_ended,
    ev.LegStarted: _leg_started,
    ev.LegHeld: _held,
    ev.LegResumed: _resumed,
    ev.LegEnded: _leg_ended,
    ev.CallerUnbridged: _unbridged,
    ev.RecordingStarted: _recording_started,
    ev.CallerIdentified: _identified,
    ev.TransferAsked: _transfer_asked,
    ev.DialEnded: _dial_ended,
    ev.CallEnded: _ended,
}
