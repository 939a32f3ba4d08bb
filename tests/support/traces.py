"""Reads the recorded Asterisk traces in tests/traces: raw AMI bytes to domain events to a floor."""

from collections.abc import Iterable
from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

from cti.ami.framing import Framer, parse
from cti.ami.normaliser import WANTED, normalise
from cti.domain import events as ev
from cti.domain.agent import AgentInfo
from cti.domain.call import Call
from cti.domain.floor import Directory, Floor
from cti.domain.queue import QueueInfo
from cti.records.comparison import fold

TRACES = Path(__file__).parents[1] / "traces"
# The trace that begins in mid-call is for the comparison with a snapshot; its events have no beginning.
NAMES = sorted({p.parent.name for p in TRACES.glob("*/ami.txt")} - {"connect-in-mid-call"})
DIRECTORY = Directory(
    agents={e: AgentInfo(e, n, f"u{n}", f"Agent {n}") for n, e in enumerate(["1001", "1002", "1003"])},
    queues={q: QueueInfo(q, q, q) for q in ("service", "sales", "complaints")},
    timezone=ZoneInfo("UTC"),
)


def live_events(name: str) -> list[ev.Event]:
    """What the normaliser makes of one trace."""
    raw = (TRACES / name / "ami.txt").read_bytes()
    messages = Framer(WANTED).feed(raw, replies_expected=False)
    events = [event for message in messages for event in normalise(parse(message))]
    return _with_outbound_start(events)


def _with_outbound_start(events: list[ev.Event]) -> list[ev.Event]:
    """Click to dial is announced by the service itself, which did not run when the traces were recorded."""
    started = {e.call_id for e in events if isinstance(e, ev.CallStarted)}
    first = next((e for e in events if isinstance(e, ev.CallEvent) and e.call_id not in started), None)
    if first is None:
        return events
    outbound = ev.CallStarted(
        at=first.at,
        call_id=first.call_id,
        direction=ev.Direction.OUTBOUND,
        number="13900139000",
        agent="1001",
    )
    return [outbound, *events]


def calls_of(events: Iterable[ev.Event]) -> dict[str, Call]:
    """Each call that the events tell of, as a fold of its own events makes it."""
    by_call: dict[str, list[ev.CallEvent]] = {}
    for event in events:
        if isinstance(event, ev.CallEvent):
            by_call.setdefault(event.call_id, []).append(event)
    calls = {call_id: fold(of_call) for call_id, of_call in by_call.items()}
    return {call_id: call for call_id, call in calls.items() if call is not None}


def floor_after(events: list[ev.Event]) -> tuple[Floor, list[str]]:
    """The floor when all of it has happened, and the drift that was noticed on the way."""
    floor = Floor(DIRECTORY, epoch="trace", now=events[0].at.astimezone(UTC))
    drift = [applied.drift for applied in map(floor.apply, events) if applied.drift]
    return floor, drift
