"""What queue_log says of agents: who joined or left a queue, who was paused there and why."""

import re
from collections.abc import Callable, Iterable, Mapping

from cti.domain import events as ev
from cti.records.queue_log import QueueLine

_EXTENSION = re.compile(r"[0-9]+")


def _added(line: QueueLine) -> ev.AgentEvent:
    # With which reason a member joined paused is not written.
    return ev.MemberAdded(
        at=line.at,
        source=ev.Source.RECORD,
        agent=line.agent,
        queue=line.queue,
        paused=line.text == "PAUSED",
    )


def _removed(line: QueueLine) -> ev.AgentEvent:
    return ev.MemberRemoved(at=line.at, source=ev.Source.RECORD, agent=line.agent, queue=line.queue)


def _paused(line: QueueLine) -> ev.AgentEvent:
    return ev.MemberPaused(
        at=line.at, source=ev.Source.RECORD, agent=line.agent, queue=line.queue, reason=line.text
    )


def _unpaused(line: QueueLine) -> ev.AgentEvent:
    return ev.MemberUnpaused(at=line.at, source=ev.Source.RECORD, agent=line.agent, queue=line.queue)


# PAUSEALL and UNPAUSEALL are not here: Asterisk writes a line for each queue as well.
_TABLE: Mapping[str, Callable[[QueueLine], ev.AgentEvent]] = {
    "ADDMEMBER": _added,
    "REMOVEMEMBER": _removed,
    "PAUSE": _paused,
    "UNPAUSE": _unpaused,
}


def member_events(lines: Iterable[QueueLine]) -> tuple[ev.AgentEvent, ...]:
    """The agents' events in the order of the lines; lines about calls and about strangers say nothing."""
    return tuple(
        _TABLE[line.event](line)
        for line in lines
        if line.event in _TABLE and _EXTENSION.fullmatch(line.agent)
    )
