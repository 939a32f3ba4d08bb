"""Draws the state machines into docs/states.md from their transition tables; `--check` only compares."""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cti.domain.agent import ACTIVITY_MOVES, PRESENCE_MOVES  # noqa: E402 - needs the path above
from cti.domain.call_state import CALL_MOVES  # noqa: E402
from work.rules.states import JOB_MOVES  # noqa: E402

State = TypeVar("State", bound=str)
TARGET = ROOT / "docs" / "states.md"


def page() -> str:
    """The whole document."""
    return "\n".join(
        [
            "# State machines",
            "",
            "Made by `python scripts/draw_states.py` from the tables in these modules; do not edit.",
            "",
            "## A call (`cti/domain/call_state.py`)",
            "",
            "`menu` is the voice menu and every moment between a queue and a conversation.",
            "A fact that is already known leaves the state as it is; those arrows are left out.",
            "",
            *_diagram(_call_arrows(), "menu", "ended"),
            "",
            "## An agent's presence (`cti/domain/agent.py`)",
            "",
            *_diagram(_plain_arrows(PRESENCE_MOVES), "signed_out"),
            "",
            "## An agent's activity (`cti/domain/agent.py`)",
            "",
            "Both machines run side by side: paused while still talking is presence `paused`,",
            "activity `talking`.",
            "",
            *_diagram(_plain_arrows(ACTIVITY_MOVES), "idle"),
            "",
            "## A job (`work/rules/states.py`)",
            "",
            "From `dead` somebody runs it again; from `running` to `queued` it failed, or its worker ended.",
            "",
            *_diagram(_plain_arrows(JOB_MOVES), "queued"),
            "",
        ]
    )


def _call_arrows() -> Iterable[str]:
    arrows: dict[tuple[str, str], list[str]] = {}
    for state, moves in CALL_MOVES.items():
        for event, targets in moves.items():
            for target in targets - {state}:
                arrows.setdefault((state, target), []).append(event.__name__)
    return (f"    {a} --> {b} : {', '.join(sorted(names))}" for (a, b), names in sorted(arrows.items()))


def _plain_arrows(table: Mapping[State, frozenset[State]]) -> Iterable[str]:
    return (f"    {a} --> {b}" for a in table for b in sorted(table[a] - {a}))


def _diagram(arrows: Iterable[str], first: str, last: str | None = None) -> list[str]:
    ending = [f"    {last} --> [*]"] if last else []
    return ["```mermaid", "stateDiagram-v2", f"    [*] --> {first}", *arrows, *ending, "```"]


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(TARGET.read_text(encoding="utf-8") != page())
    TARGET.write_text(page(), encoding="utf-8")
