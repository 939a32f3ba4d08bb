"""The migrations make exactly the schema that the models describe, also when two processes start at once."""

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database
from storage.migrations.runner import SchemaTooNew, alembic_config, head
from storage.records import CallRecord, EventRecord, LegRecord, OfferRecord, StintRecord
from storage.repositories.audit import Audit
from storage.repositories.journal import Journal
from storage.repositories.wrap_ups import WrapUps
from storage.tables import Base, Leg, Offer
from storage.tables.columns import UtcDateTime
from tests.unit.storage.builders import a_call, an_abandoned_call, later

BEFORE_SEALS = "0021"
ROOT = Path(__file__).parents[3]
MIGRATE = """
import asyncio, sys
from storage.database import Database
database = Database(sys.argv[1])
asyncio.run(database.migrate())
"""


def _differences(connection: Connection) -> list[object]:
    options = {"compare_type": True, "compare_server_default": True}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata))


async def _schema_state(database: Database) -> tuple[list[object], str | None]:
    async with database.session() as s:
        differences = await (await s.connection()).run_sync(_differences)
        return differences, await s.scalar(text("SELECT version_num FROM alembic_version"))


async def _downgrade(database: Database, revision: str) -> None:
    engine = database._engine_for_migrating()
    config = alembic_config()
    async with engine.begin() as connection:

        def back(sync: Connection) -> None:
            config.attributes["connection"] = sync
            command.downgrade(config, revision)

        await connection.run_sync(back)
    await engine.dispose()


async def test_migrated_schema_is_the_one_of_the_models(empty: Database) -> None:
    await empty.migrate()
    assert await _schema_state(empty) == ([], head())


async def test_two_processes_may_migrate_at_once(empty: Database) -> None:
    url = empty.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", MIGRATE, url]
    both = [await asyncio.create_subprocess_exec(*command, cwd=ROOT) for _ in range(2)]
    assert await asyncio.gather(*(one.wait() for one in both)) == [0, 0]
    assert await _schema_state(empty) == ([], head())


async def test_a_database_of_a_newer_version_is_refused_unchanged(empty: Database) -> None:
    await empty.migrate()
    async with empty.transaction() as s:
        await s.execute(text("UPDATE alembic_version SET version_num = 'from-the-future'"))
    with pytest.raises(SchemaTooNew, match="belongs to a newer version"):
        await empty.migrate()
    assert await _schema_state(empty) == ([], "from-the-future")


async def test_what_a_newer_version_noted_names_it(empty: Database) -> None:
    await empty.migrate({"version": "7.1.0"})
    async with empty.transaction() as s:
        await s.execute(text("UPDATE alembic_version SET version_num = 'from-the-future'"))
    for ask in (empty.migrate, empty.schema):
        with pytest.raises(SchemaTooNew, match=r"belongs to version 7\.1\.0 of Ringdesk; start that version"):
            await ask()


async def test_what_is_to_come_is_told_in_its_order(empty: Database) -> None:
    assert (await empty.schema()).revision is None
    await empty.migrate({"version": "0.2.0"})
    schema = await empty.schema()
    assert (schema.revision, schema.pending, schema.program) == (head(), (), {"version": "0.2.0"})
    await _downgrade(empty, "0015")
    to_come = (await empty.schema()).pending
    assert [change.partition(" ")[0] for change in to_come[:2]] == ["0016", "0017"]


async def test_a_failing_migration_leaves_the_database_as_it_was(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(connection: Connection) -> None:
        raise RuntimeError("stop")

    monkeypatch.setattr("storage.migrations.runner._check_foreign_keys", refuse)
    with pytest.raises(RuntimeError, match="stop"):
        await empty.migrate()
    monkeypatch.undo()
    await empty.migrate()
    assert await _schema_state(empty) == ([], head())


async def _write_old_audit(s: AsyncSession) -> None:
    """Acts without a result, and who listened to a recording in a table of its own."""
    await s.execute(
        text(
            "INSERT INTO users (id, login, name, name_en, password_hash, role, language, theme, active, "
            "created_at) VALUES (7, 'lina', 'L', '', '-', 'agent', 'zh', 'system', true, "
            "'2026-01-01 00:00:00')"
        )
    )
    await s.execute(
        text(
            "INSERT INTO recordings (id, call_id, stint, part, path, started_at, length_s, size, sha256, "
            "channels, state) VALUES (3, 'c', 1, 0, 'p', '2026-01-01 00:00:00', 1, 1, '', 2, 'stored')"
        )
    )
    await s.execute(
        text(
            "INSERT INTO recording_access (recording_id, user_id, login, at, action, reason, ip) VALUES "
            "(3, 7, 'lina', '2026-01-02 00:00:00', 'listen', 'complaint', '192.0.2.7')"
        )
    )
    for action, login in (
        ("agent_signed_out", "z"),
        ("sign_in_failed", "x"),
        ("user_added", "command line"),
    ):
        await s.execute(
            text(
                "INSERT INTO audit (at, login, action, object, detail, ip) "
                "VALUES ('2026-01-01 00:00:00', :login, :action, '', '{}', '')"
            ),
            {"login": login, "action": action},
        )


async def test_what_the_audit_held_before_it_knew_results_is_taken_over(empty: Database) -> None:
    await empty.migrate()
    await _downgrade(empty, "0005")
    async with empty.transaction() as s:
        await _write_old_audit(s)
    await empty.migrate()
    assert await _schema_state(empty) == ([], head())
    async with empty.session() as s:
        entries = list(reversed(await Audit(s).newest()))
    assert [(e.account, e.via, e.action, e.object, e.result, e.why) for e in entries] == [
        ("…", "console", "agent_sign_out", "", "asked", ""),
        ("…", "console", "sign_in", "", "refused", "wrong_credentials"),
        ("co…", "command_line", "user_added", "", "done", ""),
        ("", "console", "recording_listen", "recording:3", "done", ""),
    ]
    assert (entries[-1].user_id, entries[-1].detail, entries[-1].ip) == (
        7,
        {"reason": "complaint"},
        "192.0.2.7",
    )


def _cancelled(agent: str, rang: float, ended: float, queue: str | None = "service") -> OfferRecord:
    """A ring as it was recorded when each one that Asterisk cancelled was the caller's hang-up."""
    return OfferRecord(agent, queue, later(rang), later(ended), "caller_gone")


def _a_stay(no: int, outcome: str, entered: float, left: float) -> StintRecord:
    return StintRecord(no, "service", later(entered), later(left), outcome, 0, left - entered)


def _calls_with_cancelled_rings() -> list[CallRecord]:
    answered = OfferRecord("1001", "service", later(12), later(30), "answered")
    dialled = a_call(direction="outbound", stints=(), legs=(), ended_at=later(60))
    dialled = replace(dialled, offers=(_cancelled("1001", 0, 60, None),))
    return [
        a_call("elsewhere", offers=(_cancelled("1002", 12, 29.99), answered)),
        an_abandoned_call("gave-up", offers=(_cancelled("1002", 12, 30),)),
        a_call(
            "moved",
            stints=(_a_stay(1, "moved", 10, 15), _a_stay(2, "answered", 15, 30)),
            offers=(_cancelled("1002", 12, 14.9), _cancelled("1003", 16, 29.9)),
            legs=(replace(a_call().legs[0], stint=2),),
        ),
        a_call("direct", ended_at=later(140), offers=(answered, _cancelled("1003", 95, 140, None))),
        an_abandoned_call(
            "crashed", stints=(_a_stay(1, "unknown", 10, 30),), offers=(_cancelled("1002", 12, 30),)
        ),
        replace(dialled, id="taken"),
        replace(dialled, id="not-taken", end_cause=19),
        replace(dialled, id="declined", end_cause=21),
        replace(dialled, id="given-up"),
        replace(dialled, id="no-facts", end_cause=19),
    ]


async def test_rings_that_were_called_the_callers_hang_up_get_their_true_outcome(empty: Database) -> None:
    await empty.migrate()
    facts = [
        EventRecord(f"e:{call_id}:{kind}", later(at), kind, {}, call_id)
        for call_id, kind, at in (
            ("taken", "agent_rung", 0),
            ("taken", "recording_started", 2),
            ("not-taken", "agent_rung", 0),
            ("declined", "agent_rung", 0),
            ("given-up", "agent_rung", 0),
        )
    ]
    async with empty.transaction() as s:
        await Journal(s).write_calls(_calls_with_cancelled_rings())
        await Journal(s).write_events(facts)
    await _downgrade(empty, "0014")
    await empty.migrate()
    assert await _schema_state(empty) == ([], head())
    async with empty.session() as s:
        rows = (await s.scalars(select(Offer).order_by(Offer.call_id, Offer.no))).all()
    results: dict[str, list[str | None]] = {}
    for row in rows:
        results.setdefault(row.call_id, []).append(row.result)
    assert results == {
        "elsewhere": ["answered_elsewhere", "answered"],
        "gave-up": ["caller_gone"],
        "moved": ["moved", "answered_elsewhere"],
        "direct": ["answered", "caller_gone"],
        "crashed": ["unknown"],
        "taken": ["answered"],
        "not-taken": ["no_answer"],
        "declined": ["refused"],
        "given-up": ["caller_gone"],
        "no-facts": ["caller_gone"],
    }
    assert next(row.ended_at for row in rows if row.call_id == "taken") == later(2)


async def test_legs_from_before_have_the_talk_of_their_own(empty: Database) -> None:
    await empty.migrate()
    first = replace(a_call().legs[0], ended_at=later(50), hold_s=5.0)
    unknown_hold = replace(
        first, no=2, agent="1002", started_at=later(50.25), ended_at=later(90), hold_s=None
    )
    lasting = replace(first, no=3, ended_at=None)
    async with empty.transaction() as s:
        await Journal(s).write_calls([a_call(legs=(first, unknown_hold, lasting))])
    await _downgrade(empty, "0015")
    await empty.migrate()
    async with empty.session() as s:
        legs = (await s.scalars(select(Leg).order_by(Leg.no))).all()
    assert [leg.talk_s for leg in legs] == [pytest.approx(15), pytest.approx(39.75), None]


async def test_a_start_without_anything_to_migrate_looks_through_no_table_and_no_migration(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await empty.migrate()

    def refuse(*_: object) -> None:
        raise RuntimeError("all rows or all migrations were looked at")

    monkeypatch.setattr("storage.migrations.runner._check_foreign_keys", refuse)
    monkeypatch.setattr("storage.migrations.runner.command.upgrade", refuse)
    await empty.migrate()


async def _write_old_wrap_ups(s: AsyncSession) -> None:
    """One for each agent of a call, however often they spoke in it."""
    old = {
        ("back", "1001"): ("sales", False, "agent", 180),
        ("back", "1002"): ("none", False, "timeout", 125),
        ("missed", "1001"): (None, True, None, 20),
    }
    for (call, agent), (disposition, draft, ended_by, at) in old.items():
        await s.execute(
            text(
                "INSERT INTO wrap_ups (call_id, agent, disposition, note, draft, ended_by, updated_at) "
                "VALUES (:call, :agent, :disposition, 'n', :draft, :ended_by, :at)"
            ).bindparams(bindparam("at", type_=UtcDateTime())),
            {
                "call": call,
                "agent": agent,
                "disposition": disposition,
                "draft": draft,
                "ended_by": ended_by,
                "at": later(at),
            },
        )


async def test_after_call_work_of_before_it_had_a_leg_belongs_to_the_one_it_was_written_on(
    empty: Database,
) -> None:
    await empty.migrate()
    legs = tuple(
        LegRecord(no, agent, "service", no, "", later(at), later(at + 40), 0.0, 0, "hangup")
        for no, agent, at in ((1, "1001", 30), (2, "1002", 80), (3, "1001", 130))
    )
    async with empty.transaction() as s:
        await Journal(s).write_calls([a_call("back", legs=legs), a_call("missed", legs=())])
    await _downgrade(empty, "0016")
    async with empty.transaction() as s:
        await _write_old_wrap_ups(s)
    for _ in range(2):
        await empty.migrate()
        assert await _schema_state(empty) == ([], head())
        async with empty.session() as s:
            rows = [
                (it.agent, it.turn, it.disposition, it.status, it.note)
                for call in ("back", "missed")
                for it in await WrapUps(s).of_call(call)
            ]
        assert rows == [
            ("1002", 1, None, "timed_out", "n"),
            ("1001", 2, "sales", "done", "n"),
            ("1001", 1, None, "unfinished", "n"),
        ]
        await _downgrade(empty, "0016")


async def _write_audit_before_seals(s: AsyncSession) -> None:
    """With logins and sentences in it, and a number that somebody typed."""
    rows = [
        # user_id, login, via, action, object, detail, why
        (7, "lina", "console", "sign_in", "session", '{"agent": "Firefox"}', ""),
        (None, "hunter2", "console", "sign_in", "session", "{}", "wrong_credentials"),
        (None, "root", "command_line", "user_role", "user:lina", '{"role": "admin"}', ""),
        (None, "root", "command_line", "password_set", "user:nobody", "{}", "there is no user nobody"),
        (
            None,
            "root",
            "command_line",
            "user_extension",
            "user:lina",
            "{}",
            "the extension 1 is taken by zhao",
        ),
        (7, "lina", "console", "recording_listen", "recording:3", '{"reason": "tel 13800138000"}', ""),
    ]
    names = ("user_id", "login", "via", "action", "object", "detail", "why")
    await s.execute(
        text(
            "INSERT INTO users (id, login, name, name_en, password_hash, role, language, theme, active, "
            "created_at) VALUES (7, 'lina', 'L', '', '-', 'agent', 'zh', 'system', true, "
            "'2026-01-01 00:00:00')"
        )
    )
    await s.execute(
        text(
            f"INSERT INTO audit (at, ip, result, {', '.join(names)}) "
            f"VALUES ('2026-01-01 00:00:00', '', 'done', {', '.join(f':{name}' for name in names)})"
        ),
        [dict(zip(names, row, strict=True)) for row in rows],
    )


async def test_the_audit_of_before_loses_logins_and_sentences_and_keeps_the_rest(empty: Database) -> None:
    await empty.migrate()
    await _downgrade(empty, BEFORE_SEALS)
    async with empty.transaction() as s:
        await _write_audit_before_seals(s)
    await empty.migrate()
    assert await _schema_state(empty) == ([], head())
    async with empty.session() as s:
        entries = list(reversed(await Audit(s).newest()))
    assert [(e.user_id, e.account, e.action, e.object, e.detail, e.why) for e in entries] == [
        (7, "", "sign_in", "session", {"agent": "Firefox"}, ""),
        (None, "hu…", "sign_in", "session", {}, "wrong_credentials"),
        (None, "ro…", "user_role", "user:7", {"role": "admin"}, ""),
        (None, "ro…", "password_set", "user:no…", {}, "no_such_user"),
        (None, "ro…", "user_extension", "user:7", {}, "extension_taken"),
        (7, "", "recording_listen", "recording:3", {"reason": "tel 138…00"}, ""),
    ]
    async with empty.transaction() as s:
        await s.execute(text("DELETE FROM users"))
    await _downgrade(empty, BEFORE_SEALS)
    await empty.migrate()
