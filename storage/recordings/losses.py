"""Recordings that Asterisk said it began and of which no file came: each leaves a row that says so."""

from collections.abc import Collection
from datetime import datetime, timedelta

import structlog

from storage.database import Database
from storage.recordings.legs import APART
from storage.recordings.names import RecordingName
from storage.recordings.rows import Draft
from storage.repositories.calls import Calls
from storage.repositories.recordings import Recordings
from storage.tables import Call, Recording, RecordingState

log = structlog.get_logger(__name__)

# Asterisk closes its files a moment after the call's end, and after two seconds of quiet they are taken in.
MISSING_AFTER = timedelta(seconds=10)


async def note_missing(
    database: Database, incoming: Collection[RecordingName], *, now: datetime
) -> list[str]:
    """Mark what was expected and did not come; returns the names of what is lost.

    `incoming` are the recordings whose files are here, still to be stored.
    """
    async with database.session() as session:
        overdue = await Recordings(session).expected(now - MISSING_AFTER)
    lost = []
    for row in overdue:
        name = RecordingName(row.call_id, row.stint, row.part, row.agent)
        if name not in incoming and await _settle(database, name, row):
            log.error("recording lost", recording=name.stem, reason=RecordingState.NO_FILE.value)
            lost.append(name.stem)
    return lost


async def _settle(database: Database, name: RecordingName, row: Recording) -> bool:
    """True when there was a conversation: an agent may answer when the caller is just gone."""
    async with database.session() as session:
        call = await Calls(session).by_id(name.call_id)
    lost = Draft(name, call, row.started_at, _leg_begins_by(call, row)).lost(RecordingState.NO_FILE)
    async with database.transaction() as session:
        if lost is None:
            await Recordings(session).withdraw(row.id)
        else:
            await Recordings(session).put(lost)
    return lost is not None


def _leg_begins_by(call: Call | None, row: Recording) -> datetime:
    """A leg follows its mark at once, except where the customer has to be called first."""
    if call is not None and call.direction == "outbound":
        return call.ended_at or row.started_at
    return row.started_at + APART
