"""The reconciler's two questions to the database: its bookmark, and which calls are stored with their end."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cti.domain import events as ev
from cti.domain.floor import Directory, Floor
from cti.domain.views import view_call
from cti.reconciler.stored import FloorAndStorage, StoredBookmarks
from cti.recorder.mapping import call_record
from storage.database import Database
from storage.repositories.journal import Journal

T0 = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def floor(*events: ev.Event) -> Floor:
    it = Floor(Directory(agents={}, queues={}, timezone=ZoneInfo("UTC")), epoch="e", now=T0)
    for event in events:
        it.apply(event)
    return it


async def test_the_bookmark_put_last_is_the_one_that_comes_back(db: Database) -> None:
    bookmarks = StoredBookmarks(db)
    assert await bookmarks.get("records") is None
    for value in ({"offset": 1}, {"offset": 2}):
        await bookmarks.put("records", value)
    assert await StoredBookmarks(db).get("records") == {"offset": 2}


async def test_only_calls_with_their_end_are_stored(db: Database) -> None:
    it = floor(
        ev.CallStarted(at=T0, call_id="open"),
        ev.CallStarted(at=T0, call_id="ended"),
        ev.CallEnded(at=T0, call_id="ended", cause=16),
    )
    async with db.transaction() as session:
        await Journal(session).write_calls(
            [call_record(view_call(call), lambda number: None) for call in it.calls.values()]
        )
    known = FloorAndStorage(floor(), db)
    assert await known.stored(["open", "ended", "never"]) == {"ended"}
    assert await known.stored([f"c{number}" for number in range(2_000)] + ["ended"]) == {"ended"}
    assert await known.stored([]) == set()


async def test_a_call_on_the_floor_is_known_as_it_is_there(db: Database) -> None:
    it = floor(ev.CallStarted(at=T0, call_id="c1"))
    known = FloorAndStorage(it, db)
    assert known.live("c1") is it.calls["c1"]
    assert known.live("c2") is None
