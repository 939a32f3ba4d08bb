"""The measuring program of the screen pop knows a pop when it sees one."""

import re
from datetime import UTC, datetime

import pytest

from agent_console.gateway import wire
from agent_console.gateway.protocol import to_json
from bench.screen_pop import POP_IN_DELTA
from cti.domain import events as ev
from cti.domain.call import Call
from cti.domain.views import view_call

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
QUEUED = ev.QueueEntered(at=NOW, call_id="c1", queue="service")
RUNG = ev.AgentRung(at=NOW, call_id="c1", agent="1001")


def call_after(*events: ev.CallEvent) -> bytes:
    """As the consoles get it."""
    call = Call.started(ev.CallStarted(at=NOW, call_id="c1", hotline="4001"))
    for event in events:
        call.apply(event)
    return to_json(wire.call(view_call(call))).encode()


@pytest.mark.parametrize(
    ("call_id", "events", "is_pop"),
    [("c1", [QUEUED, RUNG], True), ("c1", [QUEUED], False), ("c2", [QUEUED, RUNG], False)],
)
def test_the_ringing_of_this_call_is_the_pop(call_id: str, events: list[ev.CallEvent], is_pop: bool) -> None:
    pattern = POP_IN_DELTA.replace(b"THIS", call_id.encode())
    assert bool(re.search(pattern, call_after(*events))) is is_pop
