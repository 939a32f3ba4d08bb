"""The floor knows people and queues as the database has them."""

from datetime import UTC, datetime, timedelta

from cti.domain.agent import AgentInfo
from ringdesk.floor_wiring import load_directory, unheard_since
from storage.database import Database
from storage.records import GapRecord
from storage.repositories.journal import Journal
from storage.repositories.users import Agents, Users
from tests.support.sqlite_fixtures import db, sqlite_template

__all__ = ["db", "sqlite_template"]

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def test_an_agent_is_known_by_name_in_both_writings(db: Database) -> None:
    async with db.transaction() as session:
        user = await Users(session).add(
            login="lina",
            name="李娜",
            name_en="Li Na",
            password_hash="unusable",
            role="agent",
            created_at=NOON,
        )
        await Agents(session).add(extension="1001", user_id=user.id)
    directory = await load_directory(db, UTC)
    assert directory.agents == {"1001": AgentInfo("1001", user.id, "lina", "李娜", "agent", "Li Na")}


async def test_a_gap_that_was_open_when_the_service_died_goes_on(db: Database) -> None:
    began, heard_until = NOON, NOON - timedelta(seconds=3)
    assert await unheard_since(db, None) is None
    assert await unheard_since(db, heard_until) == heard_until
    async with db.transaction() as session:
        await Journal(session).write_gaps([GapRecord(began, "Asterisk is away")])
    assert await unheard_since(db, heard_until) == began
    async with db.transaction() as session:
        await Journal(session).write_gaps([GapRecord(began, "the service was away", NOON, recovered=True)])
    assert await unheard_since(db, heard_until) == heard_until
