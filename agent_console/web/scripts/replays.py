"""Writes test/replays: recorded calls of a real Asterisk as the console hears them on the live connection.

Run it from the root of the clone when the traces or the wire form change:
`PYTHONPATH=. .venv/bin/python agent_console/web/scripts/replays.py`
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cti.domain.floor import Floor
from cti.domain.wire import stamp
from tests.support.traces import DIRECTORY, live_events

FOLDER = Path(__file__).parents[1] / "test" / "replays"
NAMES = (
    "agent-hangs-up",
    "abandoned-while-ringing",
    "click-to-dial",
    "hold-and-resume",
    "no-answer-then-second-agent",
    "transfer-to-agent",
)
# Queues change with every event and are the same code in the console; without them the files stay small.
KINDS = ("calls", "agents", "happenings")


def replay(name: str) -> dict[str, Any]:
    """The snapshot before, a delta for each event that changed something, the snapshot after."""
    events = live_events(name)
    floor = Floor(DIRECTORY, epoch=name, now=events[0].at.astimezone(UTC))
    before = _snapshot(floor, events[0].at)
    deltas = []
    for event in events:
        applied = floor.apply(event)
        changes = [{"kind": c.kind, "id": c.id, "value": c.value} for c in applied.changes if c.kind in KINDS]
        if changes:
            deltas.append({"type": "delta", "seq": applied.seq, "at": stamp(applied.at), "changes": changes})
    return {"before": before, "deltas": deltas, "after": _snapshot(floor, events[-1].at)}


def _snapshot(floor: Floor, now: datetime) -> dict[str, Any]:
    epoch, seq, state = floor.snapshot(now)
    kept = {kind: entities if kind in KINDS else {} for kind, entities in state.items()}
    return {"type": "snapshot", "epoch": epoch, "seq": seq, "now": stamp(now), "state": kept}


def main() -> None:
    """Write all of them."""
    FOLDER.mkdir(exist_ok=True)
    for name in NAMES:
        text = json.dumps(replay(name), ensure_ascii=False, separators=(",", ":"))
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
