"""Recordings, wrap-ups, audit, bookmarks and settings."""

from storage.database import Database
from storage.records import WrapUpEnd
from storage.repositories.audit import Audit
from storage.repositories.journal import Journal
from storage.repositories.operations import Bookmarks, Settings
from storage.repositories.recordings import Recordings
from storage.repositories.users import Users
from storage.repositories.wrap_ups import WrapUps
from storage.tables import AuditEntry, User
from tests.unit.storage.builders import NOON, later
from tests.unit.storage.test_history import a_recording


async def test_a_recording_is_kept_once_and_in_order(db: Database) -> None:
    async with db.transaction() as s:
        for recording in (a_recording(stint=2), a_recording(stint=1), a_recording(stint=1)):
            await Recordings(s).put(recording)
    async with db.session() as s:
        found = await Recordings(s).of_call("rd-1")
        assert len(await Recordings(s).all()) == 2
    assert [recording.stint for recording in found] == [1, 2]
    async with db.transaction() as s:
        late = a_recording(stint=1)
        late.state = "no_file"
        await Recordings(s).put(late)
        assert {recording.state for recording in await Recordings(s).of_call("rd-1")} == {"stored"}


def an_entry(action: str, *, user_id: int | None = None, object: str = "") -> AuditEntry:
    return AuditEntry(
        at=NOON, user_id=user_id, via="console", action=action, object=object, result="done", detail={}
    )


async def test_who_did_it_stays_known_after_the_user_is_gone(db: Database) -> None:
    async with db.transaction() as s:
        user = await Users(s).add(login="lina", name="李娜", password_hash="-", role="agent", created_at=NOON)
        await Audit(s).add(an_entry(user_id=user.id, action="listen"))
    async with db.transaction() as s:
        await s.delete(await s.get(User, user.id))
    async with db.session() as s:
        (entry,) = await Audit(s).newest()
    assert (entry.user_id, entry.action, entry.detail) == (user.id, "listen", {})


async def test_each_leg_has_work_of_its_own(db: Database) -> None:
    async with db.transaction() as s:
        wrap_ups = WrapUps(s)
        await wrap_ups.finish("rd-1", "1001", disposition="sales", note="a", now=later(10))
        assert not await wrap_ups.save_draft("rd-1", "1001", disposition=None, note="late", now=later(20))
        assert await wrap_ups.save_draft("rd-1", "1001", disposition=None, note="b", now=later(30), turn=2)
        assert await wrap_ups.finish("rd-1", "1001", disposition="refund", note="b", now=later(40), turn=2)
        both = await wrap_ups.of_agent("rd-1", "1001")
    assert [(it.turn, it.note, it.disposition, it.status) for it in both] == [
        (1, "a", "sales", "done"),
        (2, "b", "refund", "done"),
    ]


async def test_what_was_finished_late_says_when_and_keeps_the_end_of_its_time(db: Database) -> None:
    async with db.transaction() as s:
        wrap_ups = WrapUps(s)
        await Journal(s).end_wrap_ups([WrapUpEnd("rd-1", "1001", later(30), None, "timeout", 1, later(5))])
        assert await wrap_ups.save_draft("rd-1", "1001", disposition=None, note="later", now=later(40))
        typed = await wrap_ups.of("rd-1", "1001")
        assert typed is not None
        assert (typed.status, typed.note) == ("timed_out", "later")
        assert await wrap_ups.finish(
            "rd-1", "1001", disposition="sales", note="later", now=later(90), late=True
        )
        done = await wrap_ups.of("rd-1", "1001")
    assert done is not None
    assert (done.status, done.started_at, done.ended_at, done.completed_at) == (
        "done",
        later(5),
        later(30),
        later(90),
    )


async def test_finishing_twice_is_the_same_and_finishing_otherwise_is_refused(db: Database) -> None:
    async with db.transaction() as s:
        wrap_ups = WrapUps(s)
        said = [
            await wrap_ups.finish("rd-1", "1001", disposition=code, note=note, now=later(10))
            for code, note in (("sales", "a"), ("sales", "a"), ("refund", "a"), ("sales", "b"))
        ]
        row = await wrap_ups.of("rd-1", "1001")
    assert said == [True, True, False, False]
    assert row is not None
    assert (row.note, row.disposition) == ("a", "sales")


async def test_a_draft_is_replaced_until_the_work_is_finished(db: Database) -> None:
    async with db.transaction() as s:
        wrap_ups = WrapUps(s)
        assert await wrap_ups.save_draft("rd-1", "1001", disposition=None, note="a", now=NOON)
        assert await wrap_ups.save_draft("rd-1", "1001", disposition="refund", note="ab", now=later(1))
        draft = await wrap_ups.of("rd-1", "1001")
        assert draft is not None
        assert (draft.note, draft.disposition, draft.status) == ("ab", "refund", "unfinished")
        assert await wrap_ups.finish(
            "rd-1", "1001", disposition="refund", note="abc", now=later(2), started_at=NOON
        )
        assert not await wrap_ups.save_draft("rd-1", "1001", disposition=None, note="late", now=later(3))
        assert not await wrap_ups.finish("rd-1", "1001", disposition="sales", note="", now=later(4))
    async with db.session() as s:
        done = await WrapUps(s).of("rd-1", "1001")
        assert [wrap_up.agent for wrap_up in await WrapUps(s).of_call("rd-1")] == ["1001"]
        assert await WrapUps(s).of("rd-1", "1002") is None
    assert done is not None
    assert (done.note, done.disposition, done.status, done.ended_at, done.started_at) == (
        "abc",
        "refund",
        "done",
        later(2),
        NOON,
    )


async def test_audit_is_read_newest_first_and_by_object(db: Database) -> None:
    async with db.transaction() as s:
        for number in range(3):
            await Audit(s).add(an_entry(action=f"a{number}", object=f"agent:{number % 2}"))
    async with db.session() as s:
        assert [e.action for e in await Audit(s).newest(limit=2)] == ["a2", "a1"]
        assert [e.action for e in await Audit(s).newest(object="agent:0")] == ["a2", "a0"]


async def test_bookmarks_and_settings_hold_the_last_value(db: Database) -> None:
    async with db.transaction() as s:
        for store in (Bookmarks(s), Settings(s)):
            assert await store.get("cel") is None
            await store.put("cel", {"file": "Master.csv", "offset": 1})
            await store.put("cel", {"file": "Master.csv", "offset": 2})
            assert await store.get("cel") == {"file": "Master.csv", "offset": 2}
        await Settings(s).remove("cel")
        assert await Settings(s).get("cel") is None
