"""Sessions, transactions and column types: the same on SQLite and PostgreSQL."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from storage.database import Database
from storage.tables import Agent, Bookmark, Gap, Setting, User

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


def a_user(login: str) -> User:
    return User(login=login, name=login, password_hash="-", role="agent", created_at=NOON)


async def test_times_come_back_aware_in_utc_with_microseconds(db: Database) -> None:
    shanghai = timezone(timedelta(hours=8))
    async with db.transaction() as s:
        s.add(Gap(started_at=NOON.astimezone(shanghai), reason="test"))
    async with db.session() as s:
        gap = (await s.scalars(select(Gap))).one()
    assert gap.started_at == NOON
    assert gap.started_at.tzinfo is UTC
    assert gap.ended_at is None


async def test_a_time_without_a_zone_is_refused(db: Database) -> None:
    with pytest.raises(StatementError, match="without a zone"):
        async with db.transaction() as s:
            s.add(Gap(started_at=NOON.replace(tzinfo=None), reason="test"))


async def test_times_written_in_different_zones_sort_by_moment(db: Database) -> None:
    shanghai = timezone(timedelta(hours=8))
    async with db.transaction() as s:
        s.add(Gap(started_at=NOON.astimezone(shanghai), reason="first"))
        s.add(Gap(started_at=NOON + timedelta(seconds=1), reason="second"))
    async with db.session() as s:
        reasons = list(await s.scalars(select(Gap.reason).order_by(Gap.started_at)))
    assert reasons == ["first", "second"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ('"; DROP TABLE users; --', '"; DROP TABLE users; --'),
        ("${SHELL(rm -rf /)}\r\nAction: Originate", "${SHELL(rm -rf /)}\r\nAction: Originate"),
        ("<script>alert(1)</script> 📞 王小明", "<script>alert(1)</script> 📞 王小明"),
        ("x" * 5000, "x" * 5000),
        ("nul\0inside", "nul␀inside"),
        ("half a surrogate \ud83d", "half a surrogate ?"),
    ],
)
async def test_hostile_text_is_kept_in_text_and_json(db: Database, given: str, kept: str) -> None:
    async with db.transaction() as s:
        s.add(Gap(started_at=NOON, reason=given))
        s.add(Bookmark(name="b", value={given: [given, {"in": given}], "none": None}))
    async with db.session() as s:
        assert await s.scalar(select(Gap.reason)) == kept
        assert await s.scalar(select(Bookmark.value)) == {kept: [kept, {"in": kept}], "none": None}


@pytest.mark.parametrize("value", [None, 0, "text", [1, 2.5, True], {"a": {"b": None}}])
async def test_any_json_value_is_kept(db: Database, value: object) -> None:
    async with db.transaction() as s:
        s.add(Setting(key="k", value=value))
    async with db.session() as s:
        setting = (await s.scalars(select(Setting))).one()
    assert setting.value == value


async def test_a_failed_transaction_leaves_nothing(db: Database) -> None:
    async def fail_after_writing() -> None:
        async with db.transaction() as s:
            s.add(a_user("lina"))
            await s.flush()
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        await fail_after_writing()
    async with db.session() as s:
        assert await s.scalar(select(func.count()).select_from(User)) == 0


async def test_a_reading_session_refuses_to_write(db: Database) -> None:
    async with db.session() as s:
        s.add(a_user("lina"))
        with pytest.raises(DBAPIError, match=r"readonly|read-only"):
            await s.flush()


async def test_a_reading_session_sees_one_state_until_it_ends(db: Database) -> None:
    async with db.session() as reader:
        before = await reader.scalar(select(func.count()).select_from(User))
        async with db.transaction() as writer:
            writer.add(a_user("lina"))
        after = await reader.scalar(select(func.count()).select_from(User))
    async with db.session() as reader:
        later = await reader.scalar(select(func.count()).select_from(User))
    assert (before, after, later) == (0, 0, 1)


async def test_foreign_keys_are_enforced(db: Database) -> None:
    with pytest.raises(IntegrityError):
        async with db.transaction() as s:
            s.add(Agent(extension="1001", user_id=4711))


async def test_many_writers_at_once_all_succeed(db: Database) -> None:
    async def add(number: int) -> None:
        async with db.transaction() as s:
            await s.scalar(select(func.count()).select_from(User))
            s.add(a_user(f"user{number}"))

    await asyncio.gather(*(add(number) for number in range(25)))
    async with db.session() as s:
        assert await s.scalar(select(func.count()).select_from(User)) == 25


async def test_a_cancelled_transaction_frees_the_writer(db: Database) -> None:
    inside = asyncio.Event()

    async def hang() -> None:
        async with db.transaction() as s:
            s.add(a_user("lina"))
            await s.flush()
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(hang())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(10), db.transaction() as s:
        s.add(a_user("wangwei"))
    async with db.session() as s:
        assert list(await s.scalars(select(User.login))) == ["wangwei"]


async def test_an_id_is_never_used_again(db: Database) -> None:
    async with db.transaction() as s:
        first = a_user("lina")
        s.add(first)
    async with db.transaction() as s:
        await s.delete(await s.get(User, first.id))
    async with db.transaction() as s:
        second = a_user("wangwei")
        s.add(second)
    assert second.id > first.id


async def test_migrating_again_changes_nothing(db: Database) -> None:
    async with db.transaction() as s:
        s.add(a_user("lina"))
    await db.migrate()
    async with db.session() as s:
        assert list(await s.scalars(select(User.login))) == ["lina"]


async def test_an_error_does_not_tell_what_was_to_be_written(db: Database) -> None:
    async def add_once_more() -> None:
        async with db.transaction() as s:
            s.add(a_user("secret-name"))

    await add_once_more()
    with pytest.raises(IntegrityError) as refused:
        await add_once_more()
    # PostgreSQL itself names the value that is there already, in its detail.
    assert "secret-name" not in str(refused.value).split("DETAIL")[0]
