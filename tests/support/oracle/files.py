"""Reads Asterisk's own records: CEL, CDR and queue_log, line by line, with nothing of the product."""

import csv
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class CelRow:
    """One line of CEL; `at` in seconds since 1970."""

    kind: str
    at: float
    channel_id: str
    linked_id: str
    account: str
    channel: str
    context: str
    app: str
    app_data: str
    number: str
    extra: dict[str, str]


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of queue_log; `at` in whole seconds since 1970."""

    at: int
    channel_id: str
    queue: str
    member: str
    kind: str


@dataclass(frozen=True, slots=True)
class CdrRow:
    """One billing record; a call has one for each side that it talked to. Whole seconds since 1970."""

    channel_id: str
    began: int
    ended: int


@dataclass(frozen=True, slots=True)
class Records:
    """All that Asterisk wrote in one run, in the order in which it was written."""

    cel: tuple[CelRow, ...]
    queue_log: tuple[QueueRow, ...]
    cdr: tuple[CdrRow, ...]


def read_records(cel: Path, queue_log: Path, cdr: Path) -> Records:
    """The three files as they are now."""
    return Records(
        tuple(map(_cel, _rows(cel))),
        tuple(_queue_log(queue_log)),
        tuple(CdrRow(row[16], _seconds(row[9]), _seconds(row[11])) for row in _rows(cdr)),
    )


def _rows(path: Path) -> list[list[str]]:
    # Asterisk makes each file with its first line.
    if not path.exists():
        return []
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        return list(csv.reader(file))


def _cel(row: list[str]) -> CelRow:
    extra = json.loads(row[16]) if row[16] else {}
    return CelRow(
        kind=row[0],
        at=float(row[1]),
        channel_id=row[2],
        linked_id=row[3],
        account=row[4],
        channel=row[5],
        context=row[6],
        app=row[8],
        app_data=row[9],
        number=row[10],
        extra={key: str(value) for key, value in extra.items()},
    )


def _queue_log(path: Path) -> list[QueueRow]:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    fields = [line.split("|") for line in lines if line.count("|") >= 4]
    return [
        QueueRow(int(at), channel, queue, member, kind) for at, channel, queue, member, kind, *_ in fields
    ]


def _seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())
