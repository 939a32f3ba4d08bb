"""An act stands in the audit with what really came of it, however it ends."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from office.audit import Act, Actor, AuditTrail, Result
from storage.database import Database
from storage.repositories.audit import Audit
from storage.repositories.operations import Settings
from tests.unit.storage.builders import NOON

ZHAO = Actor(7, ip="192.0.2.7")


class No(Exception):
    """A refusal."""


def verdict(problem: Exception) -> tuple[Result, str]:
    return (Result.REFUSED, "no") if isinstance(problem, No) else (Result.FAILED, type(problem).__name__)


@pytest.fixture
def trail(db: Database) -> AuditTrail:
    return AuditTrail(db, lambda: NOON, verdict)


async def entries(db: Database) -> list[tuple[str, str, int | None]]:
    """Result, reason and the entry that is answered, oldest first."""
    async with db.session() as s:
        found = list(reversed(await Audit(s).newest()))
    assert {(e.user_id, e.ip, e.action, e.object) for e in found} <= {(7, "192.0.2.7", "paint", "door:1")}
    return [(e.result, e.why, e.asked_id) for e in found]


async def kept(db: Database) -> object:
    async with db.session() as s:
        return await Settings(s).get("colour")


async def test_an_act_in_a_transaction_stands_together_with_its_entry(
    db: Database, trail: AuditTrail
) -> None:
    act = Act("paint", "door:1")
    async with trail.transaction(ZHAO, act) as session:
        await Settings(session).put("colour", "red")
        act.detail["colour"] = "red"
    assert (await entries(db), await kept(db)) == ([("done", "", None)], "red")
    async with db.session() as s:
        assert (await Audit(s).newest())[0].detail == {"colour": "red"}


@pytest.mark.parametrize(
    ("problem", "result", "why"), [(No(), "refused", "no"), (KeyError("x"), "failed", "KeyError")]
)
async def test_an_act_that_is_rolled_back_is_not_noted_as_done(
    db: Database, trail: AuditTrail, problem: Exception, result: str, why: str
) -> None:
    async def act() -> None:
        async with trail.transaction(ZHAO, Act("paint", "door:1")) as session:
            await Settings(session).put("colour", "red")
            raise problem

    with pytest.raises(type(problem)):
        await act()
    assert (await entries(db), await kept(db)) == ([(result, why, None)], None)


async def test_an_act_that_the_database_refuses_at_the_end_is_noted_as_failed(
    db: Database, trail: AuditTrail
) -> None:
    with pytest.raises(OperationalError):
        async with trail.transaction(ZHAO, Act("paint", "door:1")) as session:
            await session.execute(text("INSERT INTO nowhere VALUES (1)"))
    assert await entries(db) == [("failed", "OperationalError", None)]


@pytest.mark.parametrize(
    ("problem", "result", "why"),
    [(None, "done", ""), (No(), "refused", "no"), (TimeoutError(), "failed", "TimeoutError")],
)
async def test_an_attempt_has_its_result_in_a_later_entry(
    db: Database, trail: AuditTrail, problem: Exception | None, result: str, why: str
) -> None:
    try:
        async with trail.attempt(ZHAO, Act("paint", "door:1")):
            assert await entries(db) == [("asked", "", None)]
            if problem is not None:
                raise problem
    except (No, TimeoutError):
        assert problem is not None
    first, second = await entries(db)
    assert first == ("asked", "", None)
    assert second[:2] == (result, why)
    async with db.session() as s:
        newest, oldest = await Audit(s).newest()
    assert newest.asked_id == oldest.id


async def test_what_was_asked_for_is_answered_also_when_the_same_was_refused_often(
    db: Database, trail: AuditTrail
) -> None:
    for _ in range(12):
        with pytest.raises(No):
            async with trail.attempt(ZHAO, Act("paint", "door:1")):
                raise No
    results = [result for result, _, _ in await entries(db)]
    assert results == ["asked", "refused"] * 12


async def test_a_process_that_dies_in_the_act_leaves_it_open(db: Database, trail: AuditTrail) -> None:
    began = asyncio.Event()

    async def act() -> None:
        async with trail.attempt(ZHAO, Act("paint", "door:1")):
            began.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(act())
    await began.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await entries(db) == [("asked", "", None)]


async def test_what_cannot_be_noted_is_not_tried(db: Database, trail: AuditTrail) -> None:
    async with db.transaction() as s:
        await s.execute(text("DROP TABLE audit"))
    with pytest.raises(OperationalError):
        async with trail.attempt(ZHAO, Act("paint", "door:1")):
            pytest.fail("it was tried")
    with pytest.raises(OperationalError):
        async with trail.transaction(ZHAO, Act("paint", "door:1")) as session:
            await Settings(session).put("colour", "red")
    assert await kept(db) is None


async def test_a_result_that_cannot_be_noted_does_not_hide_what_happened(
    db: Database, trail: AuditTrail
) -> None:
    async def act() -> None:
        async with trail.attempt(ZHAO, Act("paint", "door:1")):
            async with db.transaction() as s:
                await s.execute(text("ALTER TABLE audit RENAME TO elsewhere"))
            raise No

    with pytest.raises(No):
        await act()
    async with db.transaction() as s:
        await s.execute(text("ALTER TABLE elsewhere RENAME TO audit"))
    assert await entries(db) == [("asked", "", None)]


async def test_a_refusal_is_noted_alone(db: Database, trail: AuditTrail) -> None:
    await trail.refused(ZHAO, Act("paint", "door:1"), "forbidden")
    assert await entries(db) == [("refused", "forbidden", None)]
