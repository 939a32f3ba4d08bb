"""Writes test/replays: recorded calls of a real Asterisk as the console hears them on the live connection.

Run it from the root of the clone when the traces or the wire form change:
`PYTHONPATH=. .venv/bin/python agent_console/web/scripts/replays.py`
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from agent_console.gateway.wire import stamp
from cti.domain.floor import Floor
from tests.support.shown import changes, state
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
        delta = floor.apply(event)
        shown = [change._asdict() for change in changes(delta) if change.kind in KINDS]
        if shown:
            deltas.append({"type": "delta", "seq": delta.seq, "at": stamp(delta.at), "changes": shown})
    return {"before": before, "deltas": deltas, "after": _snapshot(floor, events[-1].at)}


def _snapshot(floor: Floor, now: datetime) -> dict[str, Any]:
    it = floor.snapshot(now)
    kept = {kind: entities if kind in KINDS else {} for kind, entities in state(it).items()}
    return {"type": "snapshot", "epoch": it.epoch, "seq": it.seq, "now": stamp(now), "state": kept}


def main() -> None:
    """Write all of them."""
    FOLDER.mkdir(exist_ok=True)
    for name in NAMES:
        text = json.dumps(replay(name), ensure_ascii=False, separators=(",", ":"))
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
