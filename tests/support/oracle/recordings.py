"""Compares the recordings that Ringdesk keeps with the conversations that Asterisk's records tell of."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.support.oracle.files import CelRow, Records
from tests.support.sound import heard

# A file begins when the phone has answered and ends with the leg; a frame of sound is 20 ms.
NEAR_S = 0.3
# Shorter conversations may hold no whole frame of either side.
SHORT_S = 0.2
AGENT = 1
# The end of a channel follows the end of its part in the conversation.
ENDS_WITHIN_S = 2.0
Gaps = Iterable[tuple[float, float]]
LOST = ("no_file", "no_sound", "unreadable")


def recordings_amiss(records: Records, database: Path, store: Path, gaps: Gaps = ()) -> list[str]:
    """Each recorded conversation has one row: stored with the agent's voice, or a loss that says so.

    `gaps`: when (epoch seconds) the telephones fell silent by mistake, which Asterisk leaves out.
    """
    kept = _kept(database)
    found: list[str] = []
    gaps = list(gaps)
    begun = _begun(records)
    for call_id, legs in begun.items():
        rows = kept.pop(call_id, [])
        if [row["agent"] for row in rows] != [leg.agent for leg in legs]:
            told = [(row["agent"], row["state"]) for row in rows]
            found.append(f"{call_id}: recordings {told} instead of those of {[leg.agent for leg in legs]}")
            continue
        for row, leg in zip(rows, legs, strict=True):
            found += [f"{call_id}, {leg.agent}: {line}" for line in _amiss(row, leg, store, gaps)]
    return found + [f"{call_id}: recorded, but nobody spoke" for call_id in kept if call_id in _ids(records)]


@dataclass(frozen=True, slots=True)
class _Leg:
    """Whose leg was recorded, from when to when, and when its channel ended."""

    agent: str
    since: float
    until: float
    gone: float

    def silent_s(self, gaps: Gaps) -> float:
        """For how long a telephone was kept from speaking in it; many gaps at once count as one."""
        silent, after = 0.0, self.since
        for start, end in sorted(gaps):
            start, end = max(start, after), min(end, self.until)
            if end > start:
                silent, after = silent + end - start, end
        return silent


def _begun(records: Records) -> dict[str, list[_Leg]]:
    """The recorded legs of each call, in their order."""
    rows: dict[str, list[CelRow]] = defaultdict(list)
    for row in records.cel:
        rows[row.channel_id].append(row)
    begun: dict[str, list[_Leg]] = defaultdict(list)
    for mark in (row for row in records.cel if row.kind == "RD_RECORDING"):
        own = rows[mark.channel_id]
        entered = next((row.at for row in own if row.kind == "BRIDGE_ENTER"), None)
        if entered is not None:
            left = [row.at for row in own if row.kind == "BRIDGE_EXIT"]
            gone = next((row.at for row in own if row.kind == "HANGUP"), None)
            until = left[-1] if left else gone or entered
            agent = mark.extra["extra"].rpartition("@")[2]
            begun[mark.account].append(_Leg(agent, entered, until, gone or until))
    return begun


def _ids(records: Records) -> set[str]:
    return {row.channel_id for row in records.cel if row.kind == "RD_CALL"}


def _kept(database: Path) -> dict[str, list[sqlite3.Row]]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        kept: dict[str, list[sqlite3.Row]] = defaultdict(list)
        for row in connection.execute("SELECT * FROM recordings ORDER BY started_at, id"):
            kept[row["call_id"]].append(row)
    return kept


def _amiss(row: sqlite3.Row, leg: _Leg, store: Path, gaps: Gaps) -> Iterator[str]:
    length = leg.until - leg.since
    if leg.gone - leg.until > ENDS_WITHIN_S:
        yield f"its channel ended {leg.gone - leg.until:.2f} s after the conversation"
    if row["state"] in LOST:
        # Said as a loss: true only where there was hardly anything to hear.
        if length > SHORT_S:
            yield f"lost ({row['state']}) in a conversation of {length:.2f} s"
        return
    if row["state"] != "stored":
        yield f"still {row['state']}"
        return
    sound = heard(store / row["path"], AGENT)
    near = NEAR_S + leg.silent_s(gaps)
    if abs(sound.length_s - length) > near:
        yield f"{sound.length_s:.2f} s of sound for a conversation of {length:.2f} s"
    if sound.voiced_s < length - near:
        yield f"{sound.voiced_s:.2f} s of the agent's voice in a conversation of {length:.2f} s"
