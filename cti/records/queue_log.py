"""Parses queue_log: `seconds|call|queue|agent|EVENT|data...`, one line each, whole seconds."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from sys import intern

from cti.records.parsed import LONGEST_RECORD, Parsed, Placed, moment

_EVENT = re.compile(r"[A-Z]{2,30}")
_NOT_DATA = 5


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One line. `agent` is the member's name, the extension; NONE where the line is not about one."""

    at: datetime
    call_id: str
    queue: str
    agent: str
    event: str
    data: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The data as one text: Asterisk does not escape a `|` in a pause's reason."""
        return "|".join(self.data)


# Stands where a line was that is none: the lines after an ENTERQUEUE have to be countable, see `ledger.py`.
GARBAGE = QueueLine(datetime.fromtimestamp(0, UTC), "", "", "", "")


def parse_queue_log(data: bytes) -> Parsed[QueueLine]:
    """The lines in a piece of the file that begins at a line's first byte. Never raises."""
    lines: list[Placed[QueueLine]] = []
    bad = start = 0
    while (newline := data.find(b"\n", start)) >= 0:
        line = _line(data[start:newline])
        lines.append(Placed(start, line or GARBAGE))
        bad += line is None
        start = newline + 1
    if len(data) - start > LONGEST_RECORD:
        bad, start = bad + 1, len(data)
    return Parsed(tuple(lines), start, bad)


def _line(raw: bytes) -> QueueLine | None:
    parts = raw.decode("utf-8", "replace").rstrip("\r").split("|")
    if len(parts) < _NOT_DATA or not _EVENT.fullmatch(parts[4]):
        return None
    try:
        at = moment(parts[0])
    except ValueError:
        return None
    data = tuple(parts[_NOT_DATA:])
    return QueueLine(at, parts[1], intern(parts[2]), intern(parts[3]), intern(parts[4]), data)
