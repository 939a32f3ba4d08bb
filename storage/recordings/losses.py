"""Recordings that Asterisk said it began and of which no file came: each leaves a row that says so."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import structlog

from storage.pools import Connections
from storage.recordings.legs import APART
from storage.recordings.names import RecordingName
from storage.recordings.rows import Draft
from storage.repositories.calls import Calls
from storage.repositories.recordings import Expected, Recordings
from storage.tables import Call, RecordingState

log = structlog.get_logger(__name__)

# Asterisk closes its files a moment after the call's end, and after two seconds of quiet they are taken in.
MISSING_AFTER = timedelta(seconds=10)
# Finished recordings are stored between two looks: after a crash with many losses they need not wait for all.
MOST_AT_ONCE = 50
PAGE = 500


async def note_missing(
    connections: Connections, incoming: Collection[RecordingName], *, now: datetime
) -> list[str]:
    """Mark what was expected and did not come; returns the names of what is lost.

    `incoming` are the recordings whose files are here, still to be stored.
    """
    lost = []
    for expected in await _missing(connections, incoming, now - MISSING_AFTER):
        if await _settle(connections, expected):
            stem = expected.name.stem
            log.error("recording lost", recording=stem, reason=RecordingState.NO_FILE.value)
            lost.append(stem)
    return lost


async def _missing(
    connections: Connections, incoming: Collection[RecordingName], ended_before: datetime
) -> Sequence[Expected]:
    """The first of them; those whose files wait, maybe because the disk is full, do not stand in the way."""
    missing: list[Expected] = []
    last = None
    async with connections.session() as session:
        while len(missing) < MOST_AT_ONCE:
            page = await Recordings(session).expected(ended_before, limit=PAGE, after=last)
            missing += [expected for expected in page if expected.name not in incoming]
            if len(page) < PAGE:
                break
            last = page[-1]
    return missing[:MOST_AT_ONCE]


async def _settle(connections: Connections, expected: Expected) -> bool:
    """True when there was a conversation: an agent may answer when the caller is just gone."""
    async with connections.session() as session:
        call = await Calls(session).by_id(expected.name.call_id)
    began = expected.started_at
    lost = Draft(expected.name, call, began, _leg_begins_by(call, began)).lost(RecordingState.NO_FILE)
    async with connections.transaction() as session:
        if lost is None:
            await Recordings(session).withdraw(expected.id)
        else:
            await Recordings(session).put(lost)
    return lost is not None


def _leg_begins_by(call: Call | None, began: datetime) -> datetime:
    """A leg follows its mark at once, except where the customer has to be called first."""
    if call is not None and call.direction == "outbound":
        return call.ended_at or began
    return began + APART
