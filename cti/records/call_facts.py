"""What all the records of one call mean: the domain events that the AMI normaliser gives for it live."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from cti.domain import events as ev
from cti.domain.devices import agent_of
from cti.domain.dialling import dial_result
from cti.domain.dialplan import TEST_MARK, number_of
from cti.records.cel import CRASH, CelRecord
from cti.records.phones import Phone, cause_of
from cti.records.queue_log import QueueLine
from cti.records.stints import stint_events

# The dialplan's mark that a caller came in by a hotline; its text is the hotline's number, and whether the
# test caller placed the call: "4001" or "4001|test".
ENTRY_MARK = "RD_CALL"
# The service chooses the id of the channel with which an agent dials out.
OUTBOUND_PREFIX = "out-"
OUTBOUND_CONTEXT = "ringdesk-outbound"
_DIAL_MARK = "RD_DIAL_EXIT"
_RECORD = ev.Source.RECORD
_STEP_FIELDS = 5
_LEAST = timedelta(microseconds=1)


def begins_call(record: CelRecord) -> bool:
    """Whether a call of ours begins here: its caller reached a hotline, or an agent dialled out."""
    if record.kind == ENTRY_MARK:
        return record.account == record.unique_id
    return record.kind == "CHAN_START" and record.unique_id.startswith(OUTBOUND_PREFIX)


def call_events(
    call_id: str, cel: Iterable[CelRecord], lines: Sequence[QueueLine]
) -> tuple[ev.CallEvent, ...]:
    """The call's events in the order of their times, as far as the records go.

    The records come in the order of the file, none missing from the one that begins the call; without that
    one there are no events.
    """
    ordered = list(_in_order(cel))
    entry = [r for r in ordered if r.unique_id == call_id]
    start = next((i for i, record in enumerate(entry) if begins_call(record)), None)
    if start is None:
        return ()
    del entry[:start]
    events = [
        _started(call_id, entry),
        *_steps(call_id, entry),
        *_recordings(call_id, ordered),
        *stint_events(call_id, entry, lines),
        *_phones(call_id, ordered, lines),
        *_dialled(call_id, entry),
        *_ended(call_id, entry),
    ]
    return tuple(sorted(events, key=lambda event: event.at))


def _in_order(cel: Iterable[CelRecord]) -> Iterator[CelRecord]:
    """The file's order is what happened after what; a clock that was set back must not turn it round."""
    last = None
    for record in cel:
        if last is not None and record.at <= last:
            record = replace(record, at=last + _LEAST)
        last = record.at
        yield record


def _started(call_id: str, entry: Sequence[CelRecord]) -> ev.CallStarted:
    first = entry[0]
    if first.kind == ENTRY_MARK:
        hotline, _, mark = first.detail("extra").partition("|")
        return ev.CallStarted(
            at=first.at,
            source=_RECORD,
            call_id=call_id,
            hotline=hotline,
            number=first.number,
            name=first.name,
            channel=first.channel,
            test=mark == TEST_MARK,
        )
    agent = agent_of(first.channel)
    shown = entry[-1].number if entry[-1].number != agent else ""
    return ev.CallStarted(
        at=first.at,
        source=_RECORD,
        call_id=call_id,
        direction=ev.Direction.OUTBOUND,
        number=next((r.exten for r in entry if r.context == OUTBOUND_CONTEXT), shown),
        channel=first.channel,
        agent=agent,
    )


def _steps(call_id: str, entry: Sequence[CelRecord]) -> Iterator[ev.MenuStepTaken]:
    for record in entry:
        fields = record.detail("extra").split("|") if record.kind == "RD_STEP" else []
        if len(fields) == _STEP_FIELDS:
            step, kind, way_out, keys, language = fields
            yield ev.MenuStepTaken(
                at=record.at,
                source=_RECORD,
                call_id=call_id,
                step=step,
                kind=kind,
                exit=way_out,
                keys=keys,
                language=language,
            )


def _recordings(call_id: str, ordered: Sequence[CelRecord]) -> Iterator[ev.RecordingStarted]:
    for record in ordered:
        file = record.detail("extra") if record.kind == "RD_RECORDING" else ""
        if file:
            yield ev.RecordingStarted(at=record.at, source=_RECORD, call_id=call_id, file=file)


def _phones(call_id: str, ordered: Sequence[CelRecord], lines: Sequence[QueueLine]) -> Iterator[ev.CallEvent]:
    channels: dict[str, list[CelRecord]] = {}
    for record in ordered:
        channels.setdefault(record.unique_id, []).append(record)
    for own in channels.values():
        agent = agent_of(own[0].channel)
        if agent is not None:
            yield from Phone(call_id, agent, own, ordered, lines).events()


def _dialled(call_id: str, entry: Sequence[CelRecord]) -> Iterator[ev.DialEnded]:
    """The dialplan's mark `status|cause|SIP status`; older ones have the status alone."""
    for record in entry:
        if record.kind == _DIAL_MARK:
            status, cause, sip_status, *_ = [*record.detail("extra").split("|"), "", ""]
            yield ev.DialEnded(
                at=record.at,
                source=_RECORD,
                call_id=call_id,
                result=dial_result(status, number_of(cause), number_of(sip_status)),
                cause=number_of(cause),
            )


def _ended(call_id: str, entry: Sequence[CelRecord]) -> Iterator[ev.CallEnded]:
    hang_up = next((r for r in entry if r.kind in ("HANGUP", CRASH)), None)
    if hang_up is not None:
        yield ev.CallEnded(at=hang_up.at, source=_RECORD, call_id=call_id, cause=cause_of(hang_up))
