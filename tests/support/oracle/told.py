"""What Ringdesk's database tells of the same calls, by plain SQL."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.support.oracle.calls import Leg, Offer, OneCall, Step, Stint


def told_calls(database: Path, since: float) -> dict[str, OneCall]:
    """Every inbound call of a SQLite file that began since then, by its id: the demo brings older ones."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    try:
        rows = connection.execute("SELECT * FROM calls WHERE direction = 'inbound'").fetchall()
        return {row["id"]: _call(connection, row) for row in rows if _must(row["started_at"]) >= since}
    finally:
        connection.close()


def _call(connection: sqlite3.Connection, row: sqlite3.Row) -> OneCall:
    def parts(table: str, order: str = "no") -> list[sqlite3.Row]:
        query = f"SELECT * FROM {table} WHERE call_id = ? ORDER BY {order}"
        return connection.execute(query, (row["id"],)).fetchall()

    return OneCall(
        id=row["id"],
        number=row["number"],
        hotline=row["hotline"],
        started=_must(row["started_at"]),
        ended=_seconds(row["ended_at"]),
        cause=row["end_cause"],
        outcome=row["outcome"],
        first_queue=row["queue"],
        last_agent=row["agent"],
        steps=tuple(Step(s["step"], s["exit"], s["keys"], _must(s["at"])) for s in parts("call_steps")),
        stints=tuple(
            Stint(
                s["no"],
                s["queue"],
                s["priority"],
                _must(s["entered_at"]),
                _seconds(s["left_at"]),
                s["outcome"],
            )
            for s in parts("stints")
        ),
        offers=tuple(Offer(o["agent"], _must(o["rang_at"]), o["result"]) for o in parts("offers")),
        legs=tuple(map(_leg, parts("legs"))),
    )


def _leg(row: sqlite3.Row) -> Leg:
    spoke = None if row["talk_s"] is None else row["talk_s"] + (row["hold_s"] or 0.0)
    return Leg(row["agent"], _must(row["started_at"]), _seconds(row["ended_at"]), spoke)


def _must(value: Any) -> float:
    seconds = _seconds(value)
    assert seconds is not None
    return seconds


def _seconds(value: Any) -> float | None:
    """SQLite's text, in UTC."""
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC).timestamp()
