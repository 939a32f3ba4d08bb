"""What is recorded of an event on the floor: the calls as they are now, the fact itself, intervals, gaps."""

from collections.abc import Callable, Iterator
from datetime import datetime

from cti.domain import events as ev
from cti.domain.agent import Activity, Interval
from cti.domain.call_parts import Leg
from cti.domain.delta import FloorDelta
from cti.domain.event_codec import kind_of
from cti.domain.line import LineChanged
from cti.domain.outcome import ended_by, outcome_of
from cti.domain.refusals import CallsRefused, RefusalsRepeat
from cti.domain.views import CallView
from cti.recorder.facts import payload_of
from cti.recorder.items import Item
from storage.records import (
    CallRecord,
    EventRecord,
    GapRecord,
    IntervalRecord,
    LegRecord,
    OfferRecord,
    RecordingRecord,
    RefusalRecord,
    StepRecord,
    StintRecord,
    WrapUpEnd,
)
from storage.tables.columns import storable, storable_json

# The alarm about records that cannot be written is not itself one more record to write; what repeats among
# the refused calls is counted from their own rows, lost recordings have rows of their own, and how the line
# is follows from the calls.
NOT_RECORDED = (ev.StorageTrouble, ev.StorageRecovered, ev.RecordingsLost, RefusalsRepeat, LineChanged)


def items_of(delta: FloorDelta) -> Iterator[Item]:
    """What to write of one event, without the calls that it touched."""
    event = delta.event
    if isinstance(event, NOT_RECORDED):
        return
    if isinstance(event, CallsRefused):
        yield _refusal(event)
        return
    yield EventRecord(
        uid=f"{delta.epoch}:{delta.seq}",
        at=event.at,
        kind=kind_of(event),
        payload=storable_json(payload_of(event)),
        call_id=getattr(event, "call_id", None),
        source=event.source,
    )
    for interval in delta.intervals:
        yield _interval(interval, event.source)
        if interval.state == Activity.WRAPPING_UP and interval.ended_at is not None:
            yield _wrap_up_end(interval, interval.ended_at, event)
    match event:
        case ev.GapOpened():
            yield GapRecord(event.at, event.reason)
        case ev.GapClosed():
            yield GapRecord(event.since, "the service was away", event.at, event.recovered)


def call_record(call: CallView, to_e164: Callable[[str], str | None]) -> CallRecord:
    """The whole call as known now.

    Its number is normalised here when nobody looked the caller up: the database was away, or the call ended
    before the service came back.
    """
    hold_known = all(leg.holds_known for leg in call.legs)
    return CallRecord(
        id=call.id,
        direction=call.direction,
        started_at=call.started_at,
        hotline=call.hotline,
        number=storable(call.number),
        number_e164=call.number_e164 or to_e164(call.number),
        name=storable(call.name),
        language=call.language,
        channel=call.channel,
        answered_at=call.legs[0].started_at if call.legs else None,
        ended_at=call.ended_at,
        end_cause=_end_cause(call),
        outcome=outcome_of(call),
        ended_by=ended_by(call),
        queue=call.stints[0].queue if call.stints else None,
        agent=call.legs[-1].agent if call.legs else call.own_agent,
        wait_s=call.waited_s,
        talk_s=sum(leg.talk_s or 0.0 for leg in call.legs),
        hold_s=sum(leg.hold_s or 0.0 for leg in call.legs) if hold_known else None,
        customer_id=call.record.customer_id if call.record is not None else None,
        incomplete=call.incomplete,
        guessed=call.guessed,
        test=call.test,
        source=call.source,
        steps=tuple(
            StepRecord(s.step, s.kind, s.exit, storable(s.keys), s.language, s.at) for s in call.path
        ),
        stints=tuple(
            StintRecord(s.no, s.queue, s.entered_at, s.left_at, s.outcome, s.priority, s.waited_s)
            for s in call.stints
        ),
        offers=tuple(OfferRecord(o.agent, o.queue, o.rang_at, o.ended_at, o.result) for o in call.offers),
        legs=tuple(map(_leg, call.legs)),
        recordings=tuple(RecordingRecord(storable(r.file), r.started_at) for r in call.recordings),
    )


def _end_cause(call: CallView) -> int | None:
    """The line's cause where a number was dialled in vain: the agent's own channel ends in good order."""
    dialled = call.dialled
    return dialled.cause if dialled is not None and dialled.cause and not call.legs else call.end_cause


def _leg(leg: Leg) -> LegRecord:
    return LegRecord(
        no=leg.no,
        agent=leg.agent,
        queue=leg.queue,
        stint=leg.stint,
        channel=leg.channel,
        started_at=leg.started_at,
        ended_at=leg.ended_at,
        hold_s=leg.hold_s,
        holds=len(leg.holds) if leg.holds_known else None,
        end_reason=leg.end,
        talk_s=leg.talk_s,
    )


def _interval(interval: Interval, source: ev.Source) -> IntervalRecord:
    return IntervalRecord(
        agent=interval.agent,
        kind=interval.kind,
        state=interval.state,
        started_at=interval.started_at,
        ended_at=interval.ended_at,
        reason=interval.reason,
        call_id=interval.call_id,
        source=source,
    )


def _wrap_up_end(interval: Interval, ended_at: datetime, event: ev.Event) -> WrapUpEnd:
    """However after-call work ends, there is a row that says so."""
    disposition, ended_by = None, "interrupted"
    if isinstance(event, ev.WrapUpEnded):
        disposition = event.disposition
        ended_by = "timeout" if event.timed_out else "interrupted" if disposition is None else "agent"
    return WrapUpEnd(
        interval.call_id or "",
        interval.agent,
        ended_at,
        disposition,
        ended_by,
        interval.turn or 1,
        interval.started_at,
    )


def _refusal(event: CallsRefused) -> RefusalRecord:
    return RefusalRecord(
        uid=event.uid,
        first_at=event.first_at,
        last_at=event.at,
        count=event.count,
        cause=event.cause,
        trunk=event.trunk,
        number=storable(event.number),
        dialled=storable(event.dialled),
        address=event.address,
        detail=event.detail,
    )
