"""When two events about a call are one occurrence: heard live, and read again in Asterisk's own records."""

from collections.abc import Mapping
from datetime import timedelta

from cti.domain import events as ev

# Asterisk's records and AMI stamp one occurrence a little apart, more so when the machine is busy.
SAME_OCCURRENCE = timedelta(seconds=2)
# A call can come back to a queue at once, so here only what is very near is the same.
SAME_STINT = timedelta(seconds=0.5)
ONLY_ONCE = timedelta(days=36_500)

# What besides the kind makes an occurrence, and how far apart its times may be. Kinds that are not here are
# never taken for one another.
_MARKS: Mapping[type[ev.CallEvent], tuple[tuple[str, ...], timedelta]] = {
    ev.MenuStepTaken: (("step", "exit", "keys"), SAME_OCCURRENCE),
    ev.QueueEntered: (("queue",), SAME_STINT),
    ev.QueueLeft: (("queue",), SAME_STINT),
    ev.AgentRung: (("agent",), SAME_OCCURRENCE),
    ev.RingEnded: (("agent",), SAME_OCCURRENCE),
    ev.LegStarted: (("agent",), SAME_OCCURRENCE),
    ev.LegEnded: (("agent", "reason"), SAME_OCCURRENCE),
    ev.RecordingStarted: (("file",), ONLY_ONCE),
    ev.RecordingEnded: (("file",), ONLY_ONCE),
    ev.CallEnded: ((), ONLY_ONCE),
}


def same_occurrence(known: ev.CallEvent, event: ev.CallEvent) -> bool:
    """Whether both tell one occurrence. One source tells each occurrence once, so two facts of one source are
    the same only at the very same moment; a channel, where both name one, has to be the same.
    """
    if type(known) is not type(event) or type(event) not in _MARKS:
        return False
    marks, apart = _MARKS[type(event)]
    if any(getattr(known, mark) != getattr(event, mark) for mark in marks):
        return False
    channels = {getattr(known, "channel", ""), getattr(event, "channel", "")} - {""}
    if len(channels) > 1:
        return False
    if known.source is event.source:
        return known.at == event.at
    return abs(known.at - event.at) < apart
