"""Entries are sealed as they come; whoever changes rows of the audit by hand, triggers off, is found out."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.testing import capture_logs

from office.audit import Act, Actor, AuditTrail, failure
from office.audit.chain import Fault
from office.audit.sealing import Sealer, sealing
from office.audit.verification import Mark, Report, verify
from storage.database import Database
from tests.unit.storage.builders import NOON
from work.handlers import Attempt

ZHAO = Actor(7, ip="192.0.2.7")
INSERT = (
    "INSERT INTO audit (uid, at, user_id, account, action, object, detail, ip, via, result, why, signature) "
    "SELECT '{uid}', at, user_id, account, action, 'door:99', detail, ip, via, result, why, '{signature}' "
    "FROM audit WHERE id = (SELECT min(id) FROM audit)"
)


@pytest.fixture
def signed(db: Database) -> Database:
    """The same database, with a key."""
    return Database(db.url, audit_key=b"nobody knows")


@pytest.fixture
async def sealer(signed: Database) -> Sealer:
    return Sealer(signed, lambda: NOON)


async def paint(database: Database, times: int = 1) -> list[int]:
    """Acts, and the numbers of their entries."""
    trail = AuditTrail(database, lambda: NOON, failure)
    for number in range(times):
        act = Act("paint", f"door:{number}", {"colour": "红\0", "reason": "asked by +86 138 0013 8000"})
        async with trail.transaction(ZHAO, act):
            pass
    async with database.session() as s:
        return list(await s.scalars(text(f"SELECT id FROM audit ORDER BY id DESC LIMIT {times}")))[::-1]


async def by_hand(database: Database, *statements: str) -> None:
    """With the triggers away, as somebody may who has the file or is the owner of the tables."""
    async with database.transaction() as s:
        if not database.is_sqlite:
            await s.execute(text("SET LOCAL session_replication_role = replica"))
        triggers = await _without_triggers(s) if database.is_sqlite else []
        for statement in statements:
            await s.execute(text(statement))
        for trigger in triggers:
            await s.execute(text(trigger.replace(":", "\\:")))


async def _without_triggers(s: AsyncSession) -> list[str]:
    found = (await s.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))).all()
    for name, _ in found:
        await s.execute(text(f"DROP TRIGGER {name}"))
    return [sql for _, sql in found]


def faults(report: Report) -> list[tuple[Fault, int]]:
    return [(it.fault, it.number) for it in report.findings]


async def test_what_is_written_is_sealed_and_the_unsealed_end_is_named(
    signed: Database, sealer: Sealer
) -> None:
    await paint(signed, 3)
    assert await sealer.seal() == 3
    assert await sealer.seal() == 0
    (last,) = await paint(signed)
    report = await verify(signed)
    assert (report.findings, report.sealed, report.unsealed) == ([], 3, [last])


async def test_more_than_a_transaction_holds_is_sealed_at_once(
    signed: Database, sealer: Sealer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("office.audit.sealing._AT_ONCE", 3)
    monkeypatch.setattr("office.audit.verification._AT_ONCE", 3)
    await paint(signed, 10)
    assert await sealer.seal() == 10
    report = await verify(signed)
    assert (report.findings, report.sealed, report.unsealed) == ([], 10, [])


@pytest.mark.parametrize("table", ["audit", "audit_seals"])
@pytest.mark.parametrize("act", ["UPDATE {} SET at = at", "DELETE FROM {}"])
async def test_the_database_refuses_to_change_or_remove(
    signed: Database, sealer: Sealer, table: str, act: str
) -> None:
    await paint(signed)
    await sealer.seal()

    async def change() -> None:
        async with signed.transaction() as s:
            await s.execute(text(act.format(table)))

    with pytest.raises(DBAPIError, match="only added to"):
        await change()


async def test_each_change_by_hand_is_found(signed: Database, sealer: Sealer) -> None:
    one, two, three, four = await paint(signed, 4)
    await sealer.seal()
    await by_hand(
        signed,
        f"UPDATE audit SET user_id = 8 WHERE id = {one}",
        f"DELETE FROM audit WHERE id = {two}",
        f"UPDATE audit_seals SET hash = 'ffff' WHERE entry_id = {three}",
    )
    assert faults(await verify(signed)) == [
        (Fault.CHANGED, one),
        (Fault.REMOVED, two),
        (Fault.SEAL_CHANGED, 3),
    ]
    await by_hand(
        signed, "DELETE FROM audit_seals WHERE no = 3", f"DELETE FROM audit WHERE id IN ({three}, {four})"
    )
    assert faults(await verify(signed))[-2:] == [(Fault.SEALS_REMOVED, 3), (Fault.REMOVED, four)]


@pytest.mark.parametrize("forged", ["nothing", "another's"])
async def test_an_entry_put_in_by_hand_is_never_sealed_and_is_found(
    signed: Database, sealer: Sealer, forged: str
) -> None:
    await paint(signed)
    await sealer.seal()
    async with signed.session() as s:
        signature = await s.scalar(text("SELECT signature FROM audit"))
    await by_hand(signed, INSERT.format(uid="x", signature=signature if forged != "nothing" else ""))
    (after,) = await paint(signed)
    with capture_logs() as logs:
        assert await sealer.seal() == 1
        assert await sealer.seal() == 0
    assert [it["event"] for it in logs] == ["audit_entry_not_ours"]
    report = await verify(signed)
    assert faults(report) == [(Fault.INSERTED, after - 1)]
    assert report.unsealed == []


async def test_an_end_that_was_cut_off_is_found_by_a_mark_that_was_kept(
    signed: Database, sealer: Sealer
) -> None:
    await paint(signed, 3)
    await sealer.seal()
    last = (await verify(signed)).last
    assert last is not None
    mark = Mark(last.no, last.hash)
    await paint(signed)
    await sealer.seal()
    assert faults(await verify(signed, mark)) == []
    await by_hand(
        signed,
        "DELETE FROM audit WHERE id IN (SELECT entry_id FROM audit_seals WHERE no > 2)",
        "DELETE FROM audit_seals WHERE no > 2",
    )
    assert faults(await verify(signed)) == []
    assert faults(await verify(signed, mark)) == [(Fault.SEALS_REMOVED, 3)]


async def test_entries_of_before_there_were_signatures_are_sealed_first_and_later_ones_are_not(
    signed: Database, sealer: Sealer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("office.audit.sealing._AT_ONCE", 2)
    await paint(signed, 3)
    await by_hand(signed, "UPDATE audit SET uid = NULL, signature = ''")
    assert faults(await verify(signed)) == []
    await paint(signed)
    assert await sealer.seal() == 4
    (forged,) = await paint(signed)
    await by_hand(signed, f"UPDATE audit SET uid = NULL, signature = '' WHERE id = {forged}")
    assert await sealer.seal() == 0
    assert faults(await verify(signed)) == [(Fault.INSERTED, forged)]


async def test_what_is_committed_late_is_sealed_late(signed: Database, sealer: Sealer) -> None:
    early, _ = await paint(signed, 2)
    await by_hand(
        signed,
        f"CREATE TABLE under_way AS SELECT * FROM audit WHERE id = {early}",
        f"DELETE FROM audit WHERE id = {early}",
    )
    assert await sealer.seal() == 1
    await by_hand(signed, "INSERT INTO audit SELECT * FROM under_way", "DROP TABLE under_way")
    assert (await verify(signed)).unsealed == [early]
    assert await sealer.seal() == 1
    report = await verify(signed)
    assert (report.findings, report.sealed, report.unsealed) == ([], 2, [])


async def test_two_who_seal_at_once_make_one_chain(signed: Database) -> None:
    await paint(signed, 20)
    both = [Sealer(Database(signed.url, audit_key=signed.audit_key), lambda: NOON) for _ in range(2)]
    await asyncio.gather(*(one.seal() for one in both), return_exceptions=True)
    for one in both:
        await one.seal()
        await one._connections.close()  # type: ignore[attr-defined]
    report = await verify(signed)
    assert (report.findings, report.sealed, report.unsealed) == ([], 20, [])


async def test_the_job_is_wanted_only_where_there_is_something_to_seal(signed: Database) -> None:
    handler = sealing(signed, lambda: NOON)
    (schedule,) = handler.schedules
    assert schedule.wanted is not None

    async def wanted() -> bool:
        async with signed.session() as s:
            return await schedule.wanted(s)  # type: ignore[misc]

    assert not await wanted()
    await paint(signed)
    assert await wanted()
    assert await handler.run(Attempt("uid", {})) is None
    assert (await verify(signed)).sealed == 1
    assert not await wanted()
    # What will never be sealed makes no job every two seconds.
    await by_hand(signed, INSERT.format(uid="x", signature=""))
    await handler.run(Attempt("uid", {}))
    assert not await wanted()


async def test_nobody_waits_for_a_seal(signed: Database) -> None:
    async def many(number: int) -> None:
        await paint(signed, 5)

    sealer = Sealer(signed, lambda: NOON)
    async with asyncio.TaskGroup() as tasks:
        for number in range(5):
            tasks.create_task(many(number))
        tasks.create_task(sealer.seal())
    await sealer.seal()
    report = await verify(signed)
    assert (report.findings, report.sealed) == ([], 25)


async def test_no_number_of_a_caller_is_kept(signed: Database) -> None:
    await paint(signed)
    async with signed.session() as s:
        detail = str(await s.scalar(text("SELECT detail FROM audit")))
    assert "8000" not in detail
    assert "+86" in detail
