"""Writes items in transactions; a record that the database refuses is put aside and costs no other."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import structlog

from cti.recorder.items import Item, sort_items, to_line
from storage.faults import Fault, fault_of
from storage.pools import Connections
from storage.repositories.journal import Journal

log = structlog.get_logger(__name__)

# What is refused is a fault of ours: enough is kept to find it.
REFUSED_BYTES_KEPT = 2**20


class CannotWrite(Exception):
    """The database takes nothing now; every item is still to be written."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


class Writer:
    """Writes batches. `refused` is the file for what the database will never take."""

    def __init__(self, connections: Connections, refused: Path, *, timeout_s: float, most_items: int) -> None:
        self._connections = connections
        self._refused = refused
        self._timeout_s = timeout_s
        self._most_items = most_items

    async def write(self, items: Sequence[Item]) -> None:
        """Write all items, in order. Raises CannotWrite; what was written by then may be written again."""
        for start in range(0, len(items), self._most_items):
            await self._write_or_split(items[start : start + self._most_items])

    async def _write_or_split(self, items: Sequence[Item]) -> None:
        try:
            await self._write_in_one(items)
        except Exception as error:
            # Drivers raise whatever they like while a server goes away; `fault_of` tells what it means.
            fault = fault_of(error)
            if fault is not Fault.REFUSED:
                log.warning("nothing written", fault=fault, problem=_first_line(error))
                raise CannotWrite(fault) from error
            if len(items) == 1:
                await self._put_aside(items[0], error)
            else:
                middle = len(items) // 2
                await self._write_or_split(items[:middle])
                await self._write_or_split(items[middle:])

    async def _write_in_one(self, items: Sequence[Item]) -> None:
        batch = sort_items(items)
        async with asyncio.timeout(self._timeout_s), self._connections.transaction() as session:
            journal = Journal(session)
            await journal.write_calls(batch.calls)
            await journal.write_events(batch.events)
            await journal.write_intervals(batch.intervals)
            await journal.write_gaps(batch.gaps)
            await journal.end_wrap_ups(batch.wrap_ups)
            await journal.write_refusals(batch.refusals)

    async def _put_aside(self, item: Item, error: Exception) -> None:
        log.error(
            "record refused",
            kind=type(item).__name__,
            problem=_first_line(error),
            kept_in=str(self._refused),
        )
        await asyncio.to_thread(_append_bounded, self._refused, to_line(item))


def _first_line(error: Exception) -> str:
    """What it says, without the values that PostgreSQL repeats in its second line."""
    return str(error).partition("\n")[0] or repr(error)


def _append_bounded(path: Path, line: bytes) -> None:
    try:
        with path.open("ab") as file:
            if file.tell() + len(line) <= REFUSED_BYTES_KEPT:
                file.write(line)
    except OSError as error:
        log.error("refused record not kept", problem=str(error))
