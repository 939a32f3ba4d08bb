"""Recorded calls of a real Asterisk: which events they are, and how the floor stands afterwards.

`pytest tests/unit/cti/scenarios --update-expected` is no option on purpose: run
`python -m tests.unit.cti.scenarios.test_traces` and read the difference before committing it.
"""

from pathlib import Path

import pytest

from cti.domain import events as ev
from cti.domain.call import Call
from cti.domain.call_state import CallState
from tests.support.traces import NAMES, TRACES, floor_after, live_events

SHOWN = ("agent", "queue", "outcome", "result", "reason", "exit", "number", "hotline", "file", "cause")


def story(name: str) -> str:
    """Events and floor as lines of text, without what differs at each recording (times, ids)."""
    events = live_events(name)
    floor, drift = floor_after(events)
    ids = {call_id: f"call-{n}" for n, call_id in enumerate(floor.calls, 1)}
    lines = ["events"] + [f"  {_line(e, ids)}" for e in events]
    for call in floor.calls.values():
        lines += _call(call, ids)
    for agent in floor.agents.values():
        members = " ".join(f"{q}={r or 'free'}" for q, r in sorted(agent.members.items()))
        lines.append(f"agent {agent.ext}: {agent.presence} {agent.activity} [{members}]")
    return "\n".join([*lines, *(f"drift: {d}" for d in drift)]) + "\n"


def _line(event: ev.Event, ids: dict[str, str]) -> str:
    shown = {k: getattr(event, k) for k in SHOWN if getattr(event, k, None) not in (None, "")}
    values = " ".join(f"{k}={v}" for k, v in shown.items())
    text = f"{ids.get(getattr(event, 'call_id', ''), '')} {type(event).__name__} {values}".strip()
    for call_id, short in ids.items():
        text = text.replace(call_id, short)
    return text


def _call(call: Call, ids: dict[str, str]) -> list[str]:
    lines = [f"{ids[call.id]}: {call.direction} {call.state} cause={call.end_cause}"]
    lines += [f"  step {s.step} {s.exit} {s.keys}".rstrip() for s in call.path]
    lines += [f"  stint {s.no} {s.queue} {s.outcome}" for s in call.stints]
    lines += [f"  offer {o.agent} {o.queue} {o.result}" for o in call.offers]
    for leg in call.legs:
        held = len(leg.holds)
        lines.append(f"  leg {leg.no} {leg.agent} {leg.queue} stint={leg.stint} {leg.end} holds={held}")
    lines += [f"  recording {r.file.replace(call.id, ids[call.id])}" for r in call.recordings]
    return lines


@pytest.mark.parametrize("name", NAMES)
def test_events_and_floor_are_as_expected(name: str) -> None:
    assert story(name) == (TRACES / name / "expected.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_left_open_and_nothing_contradicts(name: str) -> None:
    floor, drift = floor_after(live_events(name))
    assert drift == []
    for call in floor.calls.values():
        if call.state is CallState.ENDED:
            assert not call.open_legs
            assert not call.open_offers
    assert all(not queue.waiting for queue in floor.queues.values())


if __name__ == "__main__":
    for trace in NAMES:
        Path(TRACES / trace / "expected.txt").write_text(story(trace), encoding="utf-8")
