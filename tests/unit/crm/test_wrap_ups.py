"""After-call work is written by whose leg it is, and once."""

import pytest

from crm import wrap_ups
from crm.wrap_ups import AlreadyFinished, Leg, Outcome
from office.audit import Actor, Via
from storage.database import Database
from storage.repositories.wrap_ups import WrapUps
from tests.unit.storage.builders import NOON, later

LINA = Actor(1, via=Via.CONSOLE, extension="1001")
LEG = Leg("rd-1", "1001", 2)
RESOLVED = Outcome("rang back", "resolved", began_at=NOON, late=False)


async def test_a_draft_is_kept_and_then_finished(db: Database) -> None:
    draft = await wrap_ups.save_draft(db, LINA, LEG, "rang", None, now=NOON)
    assert (draft.note, draft.disposition, draft.status, draft.turn) == ("rang", None, "unfinished", 2)
    done = await wrap_ups.finish(db, LINA, LEG, RESOLVED, now=later(10))
    assert (done.note, done.disposition, done.status) == ("rang back", "resolved", "done")
    assert (done.started_at, done.ended_at, done.completed_at) == (NOON, later(10), None)


async def test_what_is_finished_stays_though_the_same_may_be_saved_again(db: Database) -> None:
    await wrap_ups.finish(db, LINA, LEG, RESOLVED, now=NOON)
    await wrap_ups.finish(db, LINA, LEG, RESOLVED, now=later(1))
    with pytest.raises(AlreadyFinished):
        await wrap_ups.save_draft(db, LINA, LEG, "something else", None, now=later(2))
    with pytest.raises(AlreadyFinished):
        await wrap_ups.finish(db, LINA, LEG, Outcome("other", "resolved", None, late=True), now=later(3))
    async with db.session() as session:
        kept = await WrapUps(session).of("rd-1", "1001", 2)
    assert kept is not None
    assert (kept.note, kept.updated_at) == ("rang back", NOON)


@pytest.mark.parametrize("actor", [Actor(2, extension="1002"), Actor(3)])
async def test_nobody_writes_for_somebody_else(db: Database, actor: Actor) -> None:
    with pytest.raises(PermissionError):
        await wrap_ups.save_draft(db, actor, LEG, "mine", None, now=NOON)
    with pytest.raises(PermissionError):
        await wrap_ups.finish(db, actor, LEG, RESOLVED, now=NOON)
    async with db.session() as session:
        assert await WrapUps(session).of("rd-1", "1001", 2) is None
