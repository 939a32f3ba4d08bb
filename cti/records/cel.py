"""Parses the CEL file: CSV with every field quoted, where a caller's name may hold anything, even lines."""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from sys import intern

from cti.records.parsed import LONGEST_RECORD, Parsed, Placed, moment

# The order in which the rendered cel_custom.conf writes them.
COLUMNS = (
    "eventtype",
    "eventtime",
    "uniqueid",
    "linkedid",
    "accountcode",
    "channame",
    "context",
    "exten",
    "appname",
    "appdata",
    "cidnum",
    "cidname",
    "ciddnid",
    "peeraccount",
    "userfield",
    "userdeftype",
    "eventextra",
    "peer",
)

_WANTED = (
    "eventtype",
    "eventtime",
    "userdeftype",
    "uniqueid",
    "linkedid",
    "accountcode",
    "channame",
    "context",
    "exten",
    "appname",
    "appdata",
    "cidnum",
    "cidname",
    "eventextra",
)
_pick = itemgetter(*map(COLUMNS.index, _WANTED))

# Not Asterisk's: the end of a channel that the next start of Asterisk tells, see `ledger.py`.
CRASH = "CRASH"

# How a record begins: `"KIND","seconds.microseconds",`. A line inside a quoted field can never look like
# this, because there every quote is doubled; so after a torn record the next one is found for certain.
_START = re.compile(rb'"[A-Za-z_][^"\r\n]*","\d+\.\d+",')
# How many possible beginnings are tried in a line that is no record.
_TORN_TRIED = 20


@dataclass(frozen=True, slots=True)
class CelRecord:
    """One line of CEL, the columns that mean something to us. `extra` is JSON as Asterisk wrote it."""

    kind: str
    at: datetime
    unique_id: str
    linked_id: str
    account: str = ""
    channel: str = ""
    context: str = ""
    exten: str = ""
    app: str = ""
    app_data: str = ""
    number: str = ""
    name: str = ""
    extra: str = ""

    def detail(self, key: str) -> str:
        """One value of `extra` as text; empty when it is not there or `extra` is not JSON."""
        try:
            values = json.loads(self.extra) if self.extra else {}
        except ValueError:
            return ""
        value = values.get(key, "") if isinstance(values, dict) else ""
        return value if isinstance(value, str) else str(value)


def parse_cel(data: bytes) -> Parsed[CelRecord]:
    """The records in a piece of the file that begins at a record's first byte. Never raises."""
    records: list[Placed[CelRecord]] = []
    bad = consumed = 0
    for start, end in _spans(data):
        found = _last_record_in(data[start:end])
        if found is not None:
            records.append(Placed(start + found.offset, found.record))
        bad += found is None or found.offset > 0
        consumed = end
    return Parsed(tuple(records), consumed, bad)


def _spans(data: bytes) -> Iterator[tuple[int, int]]:
    """Where each whole record begins and ends, its line end included.

    A record goes on over a line end while a quote is open, unless the next line begins like a record: then
    the first one was cut off.
    """
    start = position = 0
    quote_open = False
    while (newline := data.find(b"\n", position)) >= 0:
        if position > start and _START.match(data, position):
            yield start, position
            start, quote_open = position, False
        quote_open ^= data.count(b'"', position, newline) % 2 == 1
        position = newline + 1
        if not quote_open or position - start > LONGEST_RECORD:
            yield start, position
            start, quote_open = position, False
    if len(data) - start > LONGEST_RECORD:
        yield start, len(data)


def _last_record_in(piece: bytes) -> Placed[CelRecord] | None:
    """The record that a line holds; behind the remains of one that was cut off, the one written after it."""
    record = _record(piece)
    if record is not None:
        return Placed(0, record)
    for start in reversed(list(_START.finditer(piece))[-_TORN_TRIED:]):
        record = _record(piece[start.start() :])
        if record is not None:
            return Placed(start.start(), record)
    return None


def _record(piece: bytes) -> CelRecord | None:
    try:
        rows = list(csv.reader([piece.decode("utf-8", "replace").rstrip("\r\n")], strict=True))
        if len(rows) != 1 or len(rows[0]) != len(COLUMNS):
            return None
        kind, seconds, userdef, unique, linked, account, channel, context, *rest = _pick(rows[0])
        at = moment(seconds)
    except (csv.Error, ValueError):
        return None
    if not kind.isidentifier():
        return None
    exten, app, app_data, number, name, extra = rest
    return CelRecord(
        kind=intern(userdef if kind == "USER_DEFINED" else kind),
        at=at,
        unique_id=unique,
        linked_id=linked,
        account=account,
        channel=channel,
        context=intern(context),
        exten=exten,
        app=intern(app),
        app_data=app_data,
        number=number,
        name=name,
        extra=extra,
    )
