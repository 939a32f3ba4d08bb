"""Recordings, wrap-ups, audit, bookmarks and settings."""

from datetime import datetime

from storage.database import Database
from storage.repositories.operations import Audit, Bookmarks, Settings
from storage.repositories.recordings import Recordings
from storage.repositories.users import Users
from storage.repositories.wrap_ups import WrapUps
from storage.tables import User
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


async def test_who_did_it_stays_known_after_the_user_is_gone(db: Database) -> None:
    async with db.transaction() as s:
        user = await Users(s).add(login="lina", name="李娜", password_hash="-", role="agent", created_at=NOON)
        await Audit(s).add(
            at=NOON, user_id=user.id, login="lina", via="console", action="listen", result="done"
        )
    async with db.transaction() as s:
        await s.delete(await s.get(User, user.id))
    async with db.session() as s:
        (entry,) = await Audit(s).newest()
    assert (entry.login, entry.user_id, entry.detail) == ("lina", None, {})


async def test_finished_work_is_taken_up_again_only_when_the_caller_came_back_later(db: Database) -> None:
    async with db.transaction() as s:
        wrap_ups = WrapUps(s)
        await wrap_ups.finish("rd-1", "1001", disposition="sales", note="a", ended_by="agent", now=later(10))

        async def typed(note: str, since: datetime) -> bool:
            return await wrap_ups.save_draft(
                "rd-1", "1001", disposition=None, note=note, now=later(30), since=since
            )

        assert not await typed("late", later(10))
        assert await typed("ab", later(20))
        again = await wrap_ups.of("rd-1", "1001")
        assert again is not None
        assert (again.note, again.draft, again.ended_at, again.ended_by) == ("ab", True, None, None)


async def test_a_draft_is_replaced_until_the_work_is_finished(db: Database) -> None:
    async with db.transaction() as s:
        wrap_ups = WrapUps(s)
        assert await wrap_ups.save_draft("rd-1", "1001", disposition=None, note="a", now=NOON)
        assert await wrap_ups.save_draft("rd-1", "1001", disposition="refund", note="ab", now=later(1))
        draft = await wrap_ups.of("rd-1", "1001")
        assert draft is not None
        assert (draft.note, draft.disposition, draft.draft) == ("ab", "refund", True)
        assert await wrap_ups.finish(
            "rd-1", "1001", disposition="refund", note="abc", ended_by="agent", now=later(2), started_at=NOON
        )
        assert not await wrap_ups.save_draft("rd-1", "1001", disposition=None, note="late", now=later(3))
        assert not await wrap_ups.finish(
            "rd-1", "1001", disposition="none", note="", ended_by="timeout", now=later(4)
        )
    async with db.session() as s:
        done = await WrapUps(s).of("rd-1", "1001")
        assert [wrap_up.agent for wrap_up in await WrapUps(s).of_call("rd-1")] == ["1001"]
        assert await WrapUps(s).of("rd-1", "1002") is None
    assert done is not None
    assert (done.note, done.disposition, done.ended_by, done.ended_at, done.started_at) == (
        "abc",
        "refund",
        "agent",
        later(2),
        NOON,
    )


async def test_audit_is_read_newest_first_and_by_object(db: Database) -> None:
    async with db.transaction() as s:
        for number in range(3):
            await Audit(s).add(
                at=later(number),
                user_id=None,
                login="-",
                via="console",
                action=f"a{number}",
                object=f"agent:{number % 2}",
                result="done",
            )
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
