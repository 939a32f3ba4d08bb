"""Refused calls across restarts: counted once, and counted on."""

from datetime import UTC, datetime, timedelta
from typing import Any

from cti.bus.local import LocalBus
from cti.domain.events import Event
from cti.domain.floor import Directory, Floor
from cti.domain.refusals import CallsRefused, CallTurnedAway, RefusalCause, RefusalsRepeat
from cti.live import LiveFloor
from cti.refused.stored import StoredRefusals
from cti.settings import RefusalSettings
from storage.database import Database
from storage.records import RefusalRecord
from storage.repositories.journal import Journal

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
RECORD = RefusalRecord("old:1", NOON, NOON, 4, "codec", "carrier", "138", "4001", "10.0.0.9", "G729")


async def write(db: Database, *records: RefusalRecord) -> None:
    async with db.transaction() as session:
        await Journal(session).write_refusals(records)


def parts(db: Database, **settings: int) -> tuple[StoredRefusals, list[Event]]:
    live = LiveFloor(Floor(Directory({}, {}, UTC), epoch="new", now=NOON), LocalBus())
    told: list[Event] = []
    live.observe = told.append  # type: ignore[assignment, method-assign]
    made = StoredRefusals(live, db, RefusalSettings(**settings), lambda: NOON)
    return made, told


async def test_who_was_turned_away_meanwhile_is_counted_once_also_when_it_is_read_again(db: Database) -> None:
    limit = {
        **_fields(RECORD),
        "uid": "old:0",
        "cause": "rate_limit",
        "last_at": NOON - timedelta(minutes=2),
    }
    # Counted until the newest row of a limit: what is refused elsewhere has no part in the records.
    await write(db, RefusalRecord(**limit), RECORD)
    made, told = parts(db)
    await made.resume()
    for seconds in (-130, -120, -119, 0):
        at = NOON + timedelta(seconds=seconds)
        made.take_recorded(CallTurnedAway(at=at, cause=RefusalCause.RATE_LIMIT, trunk="carrier"))
    made.keeper.tell()
    assert [(e.at, e.count) for e in told if isinstance(e, CallsRefused)] == [
        (NOON - timedelta(seconds=119), 1),
        (NOON, 1),
    ]


async def test_without_any_row_all_that_the_records_tell_counts(db: Database) -> None:
    made, told = parts(db)
    await made.resume()
    made.take_recorded(CallTurnedAway(at=NOON, cause=RefusalCause.RATE_LIMIT, trunk="carrier"))
    made.keeper.tell()
    assert len([e for e in told if isinstance(e, CallsRefused)]) == 1


async def test_what_an_earlier_run_wrote_counts_for_the_alarm(db: Database) -> None:
    await write(
        db, RECORD, RefusalRecord(**{**_fields(RECORD), "uid": "old:0", "last_at": NOON - timedelta(1)})
    )
    made, told = parts(db)
    await made.resume()
    made.keeper.note(CallTurnedAway(at=NOON, cause=RefusalCause.CODEC, trunk="carrier"))
    made.keeper.tell()
    assert [e.repeating[0].count for e in told if isinstance(e, RefusalsRepeat)] == [5]


async def test_how_many_within_what_time_are_an_alarm_is_a_setting(db: Database) -> None:
    for minutes, repeat in ((3, True), (1, False)):
        made, told = parts(db, alarm_calls=2, alarm_minutes=minutes)
        for seconds in (-100, 0):
            at = NOON + timedelta(seconds=seconds)
            made.keeper.note(CallTurnedAway(at=at, cause=RefusalCause.CODEC, trunk="carrier"))
        made.keeper.tell()
        assert any(isinstance(event, RefusalsRepeat) for event in told) is repeat


def _fields(record: RefusalRecord) -> dict[str, Any]:
    return {name: getattr(record, name) for name in RefusalRecord.__slots__}
