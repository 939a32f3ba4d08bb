"""The number by which a change is noticed is another one whenever anything made from those tables is."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import ColumnElement, select, text, true, update

from asterisk_conf.routing import routing_of
from cti.directory import load_directory, load_memberships
from ivr.hotlines import load_hotlines
from storage.database import Database
from storage.repositories.office import office_version
from storage.repositories.routing import Hotlines, Memberships, Queues
from storage.repositories.users import Agents, Users
from storage.tables import Agent, Hotline, Membership, Queue, User
from storage.tables.base import Base
from tests.unit.storage.builders import NOON

TABLES: tuple[type[Base], ...] = (User, Agent, Queue, Hotline, Membership)
# Which a column takes that knows a few words only.
OTHER_WORDS = {
    "language": "fr",
    "role": "supervisor",
    "phone": "desk",
    "when_empty": "leave",
    "strategy": "ringall",
}
# What the holder of the account alone sees, or what nobody is told within seconds.
LEFT_OUT = {"password_hash", "theme", "created_at", "password_set_at", "phone_epoch_why", "held_since"}


FIRST: Mapping[type[Base], ColumnElement[bool]] = {
    User: User.id == 1,
    Agent: Agent.extension == "1001",
    Queue: Queue.name == "service",
    Hotline: Hotline.number == "4001",
    Membership: true(),
}
# Another row that a foreign key may point to, by the column there.
OTHER_ROWS = {"users.id": 3, "queues.name": "sales", "agents.extension": "1002"}


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'ringdesk.db'}")
    await database.migrate()
    async with database.transaction() as session:
        for login, extension in (("lina", "1001"), ("wangwei", "1002"), ("none", None)):
            user = await Users(session).add(
                login=login, name="L", password_hash="-", role="agent", created_at=NOON
            )
            if extension is not None:
                await Agents(session).add(extension=extension, user_id=user.id)
        for name in ("service", "sales"):
            await Queues(session).put(Queue(name=name, title_zh="服务", title_en="Service"))
        await Hotlines(session).put(
            Hotline(number="4001", name="Firm", flow="demo", language="zh", fallback_queue="service")
        )
        await Memberships(session).put(queue="service", extension="1001")
    yield database
    await database.close()


async def version(database: Database) -> int:
    async with database.session() as session:
        return await office_version(session)


async def all_that_is_made(database: Database) -> object:
    return (
        await load_directory(database, ZoneInfo("Asia/Shanghai")),
        await load_memberships(database),
        await load_hotlines(database),
        await routing_of(database),
    )


def another(column: ColumnElement[Any], value: Any) -> Any:
    """A value of the same type; for a foreign key, another row."""
    if column.foreign_keys:
        (key,) = column.foreign_keys
        return OTHER_ROWS[key.target_fullname]
    if column.name in OTHER_WORDS:
        return OTHER_WORDS[column.name]
    return (not value) if isinstance(value, bool) else value + type(value)(1)


async def put(database: Database, table: type[Base], column: str, value: object) -> None:
    async with database.transaction() as session:
        await session.execute(update(table).where(FIRST[table]).values({column: value}))


async def test_each_column_that_counts_raises_the_version(database: Database) -> None:
    missed: list[str] = []
    counted: list[str] = []
    for table in TABLES:
        for column in table.__table__.columns:
            # Another key of its own is another row.
            if (column.primary_key and not column.foreign_keys) or column.name in LEFT_OUT:
                continue
            before = await version(database), await all_that_is_made(database)
            async with database.session() as session:
                value = (await session.execute(select(column).where(FIRST[table]))).scalar_one()
            await put(database, table, column.name, another(column, value))
            if await all_that_is_made(database) != before[1]:
                (counted if await version(database) != before[0] else missed).append(str(column))
            await put(database, table, column.name, value)
    assert not missed
    assert {"users.role", "users.active", "agents.phone_epoch", "queues.sl_seconds"} <= set(counted)
    assert {"hotlines.flow", "memberships.penalty"} <= set(counted)
    assert {"agents.user_id", "queues.overflow_queue", "hotlines.fallback_queue"} <= set(counted)
    assert {"memberships.queue", "memberships.extension"} <= set(counted)


async def test_a_table_that_a_migration_copied_gets_its_triggers_back(database: Database) -> None:
    async with database.transaction() as session:
        names = await session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        lost = [name for name in names if name.startswith("office_changed_queues_")]
        assert len(lost) == 3
        for name in lost:
            await session.execute(text(f"DROP TRIGGER {name}"))
    await database.migrate()
    before = await version(database)
    await put(database, Queue, "weight", 7)
    assert await version(database) > before
