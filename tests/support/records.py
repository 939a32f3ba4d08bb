"""Reads and writes Asterisk's record files for tests: recorded folders, and lines made to measure."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cti.domain import events as ev
from cti.records.cel import COLUMNS, CelRecord, parse_cel
from cti.records.ledger import Ledger
from cti.records.queue_log import QueueLine, parse_queue_log

T0 = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
CALL = "ringdesk-1762074000.7"
ENTRY = "PJSIP/trunk-00000007"


def at(seconds: float) -> datetime:
    """So many seconds after nine o'clock."""
    return T0 + timedelta(seconds=seconds)


def recorded(folder: Path) -> tuple[list[CelRecord], list[QueueLine]]:
    """Both files of a recorded trace."""
    return (
        [placed.record for placed in parse_cel(_bytes(folder / "cel.csv")).records],
        [placed.record for placed in parse_queue_log(_bytes(folder / "queue_log")).records],
    )


def record_events(folder: Path, until: datetime | None = None) -> list[ev.Event]:
    """Everything that the records of a trace tell (as they are at a moment), in the order of the times."""
    cel, lines = recorded(folder)
    ledger = Ledger()
    for record in cel:
        if until is None or record.at <= until:
            ledger.add_record(record)
    events: list[ev.Event] = []
    for line in lines:
        if until is None or line.at <= until:
            events.extend(ledger.add_line(line))
    for call in ledger.calls.values():
        events.extend(call.events())
    return sorted(events, key=lambda event: event.at)


def csv_line(record: CelRecord) -> bytes:
    """The line that Asterisk writes for a record."""
    values: Mapping[str, str] = {
        "eventtype": record.kind,
        "eventtime": stamp(record.at),
        "uniqueid": record.unique_id,
        "linkedid": record.linked_id,
        "accountcode": record.account,
        "channame": record.channel,
        "context": record.context,
        "exten": record.exten,
        "appname": record.app,
        "appdata": record.app_data,
        "cidnum": record.number,
        "cidname": record.name,
        "eventextra": record.extra,
    }
    quoted = ('"' + values.get(column, "").replace('"', '""') + '"' for column in COLUMNS)
    return ",".join(quoted).encode() + b"\n"


def log_line(line: QueueLine) -> bytes:
    """The line that Asterisk writes into queue_log."""
    seconds = str(int(line.at.timestamp()))
    return "|".join([seconds, line.call_id, line.queue, line.agent, line.event, *line.data]).encode() + b"\n"


def stamp(moment: datetime) -> str:
    """Seconds and microseconds as CEL has them."""
    whole = int(moment.replace(microsecond=0).timestamp())
    return f"{whole}.{moment.microsecond:06}"


def entry(kind: str, seconds: float, *, call: str = CALL, **more: str) -> CelRecord:
    """A record of the caller's channel."""
    values = {"channel": ENTRY, "context": "ringdesk-stint", "exten": "s", "number": "+8613800138000", **more}
    return CelRecord(kind, at(seconds), call, call, call, **values)


def phone(kind: str, seconds: float, *, agent: str = "1001", leg: str = "1", **more: str) -> CelRecord:
    """A record of an agent's channel in the call."""
    channel = f"PJSIP/{agent}-0000000{leg}"
    return CelRecord(kind, at(seconds), f"{CALL}-{agent}-{leg}", CALL, "", channel, "ringdesk-phone", **more)


def line(event: str, seconds: float, *data: str, queue: str = "service", agent: str = "NONE") -> QueueLine:
    """A line of queue_log about the call."""
    return QueueLine(at(int(seconds)), CALL, queue, agent, event, data)


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""
