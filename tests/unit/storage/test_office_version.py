"""The number by which a change in the firm is noticed: it rises with each, whoever makes it."""

import pytest
from sqlalchemy import text, update

from storage.database import Database
from storage.repositories.office import office_version
from storage.repositories.operations import Settings
from storage.repositories.routing import Hotlines, Memberships, Queues
from storage.repositories.users import Agents, Users
from storage.tables import Hotline, Queue, User
from tests.unit.storage.builders import NOON


@pytest.fixture
async def small_firm(db: Database) -> Database:
    async with db.transaction() as session:
        user = await Users(session).add(
            login="lina", name="L", password_hash="-", role="agent", created_at=NOON
        )
        await Agents(session).add(extension="1001", user_id=user.id)
        await Queues(session).put(Queue(name="service", title_zh="服务", title_en="Service"))
        await Memberships(session).put(queue="service", extension="1001")
    return db


async def version(database: Database) -> int:
    async with database.session() as session:
        return await office_version(session)


async def test_the_version_stays_while_nothing_changes_and_rises_with_each_row_that_comes_or_goes(
    small_firm: Database,
) -> None:
    versions = [await version(small_firm)]
    assert await version(small_firm) == versions[0]
    async with small_firm.transaction() as session:
        await Settings(session).put("demo", "loaded")
    versions.append(await version(small_firm))
    async with small_firm.transaction() as session:
        await Hotlines(session).put(
            Hotline(number="4001", name="Firm", flow="demo", language="zh", fallback_queue="service")
        )
    versions.append(await version(small_firm))
    async with small_firm.transaction() as session:
        await Memberships(session).remove(queue="service", extension="1001")
    versions.append(await version(small_firm))
    async with small_firm.transaction() as session:
        agent = await Agents(session).by_extension("1001")
        assert agent is not None
        await Agents(session).remove(agent, NOON)
    versions.append(await version(small_firm))
    assert versions == sorted(set(versions))


async def test_what_others_are_not_told_of_a_user_is_no_change(small_firm: Database) -> None:
    before = await version(small_firm)
    for change in ({"theme": "dark"}, {"password_hash": "another"}, {"password_set_at": NOON}):
        async with small_firm.transaction() as session:
            await session.execute(update(User).values(change))
    assert await version(small_firm) == before
    async with small_firm.transaction() as session:
        await session.execute(update(User).values(language="en"))
    assert await version(small_firm) > before


async def test_a_change_in_plain_sql_counts_and_one_that_is_taken_back_does_not(small_firm: Database) -> None:
    before = await version(small_firm)
    by_hand = text("UPDATE queues SET ring_seconds = 4")
    async with small_firm.transaction() as session:
        await session.execute(by_hand)
        await session.rollback()
    assert await version(small_firm) == before
    async with small_firm.transaction() as session:
        await session.execute(by_hand)
    assert await version(small_firm) > before


async def test_who_follows_commits_is_told_of_each_at_once_and_not_of_the_recorders(
    small_firm: Database,
) -> None:
    told: list[str] = []

    async def change(weight: int) -> None:
        async with small_firm.transaction() as session:
            await session.execute(update(Queue).values(weight=weight))

    with small_firm.told_of_commits(lambda: told.append("committed")):
        await change(7)
        assert len(told) == 1
        async with small_firm.recorder.transaction() as session:
            await session.execute(update(Queue).values(weight=8))
        with pytest.raises(ZeroDivisionError):
            async with small_firm.transaction():
                raise ZeroDivisionError
        assert len(told) == 1
    await change(9)
    assert len(told) == 1
