"""When two events about a call are one occurrence: heard live, and read again in Asterisk's own records."""

from collections.abc import Mapping
from datetime import timedelta

from cti.domain import events as ev

# Asterisk's records and AMI stamp one occurrence a little apart; queue_log has whole seconds.
SAME_OCCURRENCE = timedelta(seconds=2)

# What besides kind and time makes an occurrence; kinds that are not here are never taken for one another.
_MARKS: Mapping[type[ev.CallEvent], tuple[str, ...]] = {
    ev.MenuStepTaken: ("step", "exit", "keys"),
    ev.QueueEntered: ("queue",),
    ev.QueueLeft: ("queue",),
    ev.AgentRung: ("agent",),
    ev.RingEnded: ("agent",),
    ev.LegStarted: ("agent",),
    ev.LegEnded: ("agent", "reason"),
    ev.RecordingStarted: ("file",),
    ev.RecordingEnded: ("file",),
    ev.CallEnded: (),
}


def same_occurrence(known: ev.CallEvent, event: ev.CallEvent) -> bool:
    """Whether both tell one occurrence. One source tells each occurrence once, so two facts of one source are
    the same only at the very same moment; a channel, where both name one, has to be the same.
    """
    marks = _MARKS.get(type(event))
    if marks is None or type(known) is not type(event):
        return False
    if any(getattr(known, mark) != getattr(event, mark) for mark in marks):
        return False
    channels = {getattr(known, "channel", ""), getattr(event, "channel", "")} - {""}
    if len(channels) > 1:
        return False
    if known.source is event.source:
        return known.at == event.at
    return abs(known.at - event.at) < SAME_OCCURRENCE
