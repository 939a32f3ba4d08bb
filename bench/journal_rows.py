"""What a short call costs in the database: python -m bench.journal_rows [--calls 2000].

A recorded call that ends in the queue is written as the recorder writes it, under ever new identities. Bytes
are those of the pages of each table with its indexes in a SQLite file.
"""

import argparse
import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.common import table
from cti.domain.floor import Floor
from cti.recorder.items import Item
from cti.recorder.mapping import call_record, items_of
from cti.recorder.writer import Writer
from storage.database import Database
from storage.records import CallRecord, EventRecord
from tests.support.traces import DIRECTORY, live_events

TRACE = "abandoned-in-queue"
CALLS_IN_A_BATCH = 5


def of_one_call() -> list[Item]:
    """What the recorder writes of one call of the trace, the call itself at last."""
    floor = Floor(DIRECTORY, epoch="0123456789abcdef", now=datetime.now(UTC))
    items: list[Item] = []
    for event in live_events(TRACE):
        if (applied := floor.apply(event)) is not None:
            items += [item for item in items_of(applied) if getattr(item, "call_id", None)]
            last = applied.calls[-1] if applied.calls else None
    assert last is not None
    return [*items, call_record(last, lambda number: number)]


def repeated(items: list[Item], number: int) -> Iterator[Item]:
    """The same call once more: other identities, a minute later."""
    later = timedelta(minutes=number)
    for place, item in enumerate(items):
        if isinstance(item, EventRecord):
            uid = f"0123456789abcdef:{number * 100 + place}"
            yield replace(item, uid=uid, call_id=f"{item.call_id}{number:07}", at=item.at + later)
        elif isinstance(item, CallRecord):
            moved: dict[str, Any] = {"started_at": item.started_at + later, "ended_at": item.ended_at}
            yield replace(item, id=f"{item.id}{number:07}", **moved)


async def measure(calls: int, folder: Path) -> tuple[dict[str, float], float, int]:
    """Bytes a call of each table, microseconds of processor time a call, and rows of events a call."""
    database = Database(f"sqlite:///{folder / 'ringdesk.db'}")
    await database.migrate()
    writer = Writer(database, folder / "refused.jsonl", timeout_s=60, most_items=10_000)
    items = of_one_call()
    began = time.process_time()
    for first in range(0, calls, CALLS_IN_A_BATCH):
        batch = [i for n in range(first, first + CALLS_IN_A_BATCH) for i in repeated(items, n)]
        await writer.write(batch)
    used = time.process_time() - began
    await database.close()
    events = sum(isinstance(item, EventRecord) for item in items)
    return _bytes(folder / "ringdesk.db", calls), used / calls * 1e6, events


def _bytes(path: Path, calls: int) -> dict[str, float]:
    """By dropping one table after the other: not every SQLite can tell what its pages are for."""
    sizes: dict[str, float] = {}
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        size = _pages(connection)
        for name in ("call_events", "call_steps", "offers", "legs", "stints", "calls"):
            connection.execute(f"DROP TABLE {name}")
            smaller = _pages(connection)
            sizes[name], size = (size - smaller) / calls, smaller
    return sizes


def _pages(connection: sqlite3.Connection) -> int:
    connection.execute("VACUUM")
    count, size = (connection.execute(f"PRAGMA page_{what}").fetchone()[0] for what in ("count", "size"))
    return int(count) * int(size)


def main() -> None:
    """Measures and prints a table for docs/benchmarks.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=2000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sizes, used_us, events = asyncio.run(measure(given.calls, Path(folder)))
    rows = [[name, f"{size:.0f}"] for name, size in sizes.items()]
    rows += [["all", f"{sum(sizes.values()):.0f}"], ["of it for each of the events", ""]]
    rows[-1][1] = f"{sizes['call_events'] / events:.0f}"
    print(table(f"A call of the trace {TRACE}, with {events} events", ["table", "bytes a call"], rows))
    print(f"\n{used_us:.0f} µs of processor time a call")


if __name__ == "__main__":
    main()
