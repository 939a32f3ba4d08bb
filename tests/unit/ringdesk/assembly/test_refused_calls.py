"""Refused calls put together: whose call it is, what goes on after a restart, what doctor says of them."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from asterisk_conf.checks.finding import AsteriskFinding, Level
from asterisk_conf.secrets import mark_of_test_calls
from asterisk_conf.spec import Identity, ListenSpec, TelephonySpec, TrunkSpec
from asterisk_conf.test_call import number_of_test_calls
from cti.bus.local import LocalBus
from cti.domain.events import Event
from cti.domain.floor import Directory, Floor
from cti.domain.refusals import CallsRefused, CallTurnedAway, RefusalCause, RefusalsRepeat
from cti.live import LiveFloor
from cti.refused.attempts import Line
from cti.refused.sip import user_of
from cti.settings import RefusalSettings
from ringdesk.assembly import refused_calls as module
from ringdesk.assembly.refused_calls import RefusedCallParts, surroundings
from ringdesk.checks.doctor import examine_asterisk
from ringdesk.checks.refused import refused_calls
from ringdesk.installation.home import Home
from ringdesk.installation.installation import Installation
from storage.database import Database
from storage.records import RefusalRecord
from storage.repositories.journal import Journal
from storage.repositories.refused_calls import RefusedCalls
from tests.support.waiting import until
from tests.unit.asterisk_conf.builders import SECRETS

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SPEC = TelephonySpec(
    SECRETS,
    trunks=(TrunkSpec("carrier", "10.0.0.1", matches=("10.0.0.0/24",), identity=Identity.P_ASSERTED),),
    listen=ListenSpec("192.0.2.7", 8189, "/c.crt", "/c.key"),
)
RECORD = RefusalRecord("old:1", NOON, NOON, 4, "codec", "carrier", "138", "4001", "10.0.0.9", "G729")


async def write(db: Database, *records: RefusalRecord) -> None:
    async with db.transaction() as session:
        await Journal(session).write_refusals(records)


def parts(db: Database, **settings: int) -> tuple[RefusedCallParts, list[Event]]:
    live = LiveFloor(Floor(Directory({}, {}, UTC), epoch="new", now=NOON), LocalBus())
    told: list[Event] = []
    live.observe = told.append  # type: ignore[assignment, method-assign]
    made = RefusedCallParts(
        live,
        db,
        SPEC,
        RefusalSettings(**settings),
        lambda: NOON,
        ami_secret=lambda: SECRETS.ami,
        phones_secret=lambda: SECRETS.master,
    )
    return made, told


def test_whose_call_it_is() -> None:
    here = surroundings(SPEC, {"1001"}.__contains__, lambda: SECRETS.master, ("192.0.2.7",))
    assert here.sip_port == SPEC.ports.sip
    assert set(here.web_ports) == {SPEC.ports.http, 8189}
    assert here.line_of("10.0.0.77") == Line("carrier", asserted=True)
    assert here.line_of("127.0.0.1") == Line("trunk", asserted=False)
    assert here.line_of("203.0.113.9") is None
    assert [here.is_here(a) for a in ("192.0.2.7", "127.0.0.5", "::1", "10.0.0.1")] == [
        True,
        True,
        True,
        False,
    ]
    assert here.is_phone("1001")
    # However long the hotline's number is.
    hotline, mark = "+8610123456789012345", mark_of_test_calls(SPEC.secrets.master)
    dialled = user_of(f"<sip:{number_of_test_calls(hotline, mark)}@x>")
    assert [here.is_test(one) for one in (dialled, hotline, f"{hotline}.{mark[:-1]}", mark)] == [
        True,
        False,
        False,
        False,
    ]


async def test_who_was_turned_away_meanwhile_is_counted_once_also_when_it_is_read_again(db: Database) -> None:
    limit = {
        **_fields(RECORD),
        "uid": "old:0",
        "cause": "rate_limit",
        "last_at": NOON - timedelta(minutes=2),
    }
    # Counted until the newest row of a limit: what is refused elsewhere has no part in the records.
    await write(db, RefusalRecord(**limit), RECORD)
    made, told = parts(db)
    await made.resume()
    for seconds in (-130, -120, -119, 0):
        at = NOON + timedelta(seconds=seconds)
        made.take_recorded(CallTurnedAway(at=at, cause=RefusalCause.RATE_LIMIT, trunk="carrier"))
    made.keeper.tell()
    assert [(e.at, e.count) for e in told if isinstance(e, CallsRefused)] == [
        (NOON - timedelta(seconds=119), 1),
        (NOON, 1),
    ]


async def test_without_any_row_all_that_the_records_tell_counts(db: Database) -> None:
    made, told = parts(db)
    await made.resume()
    made.take_recorded(CallTurnedAway(at=NOON, cause=RefusalCause.RATE_LIMIT, trunk="carrier"))
    made.keeper.tell()
    assert len([e for e in told if isinstance(e, CallsRefused)]) == 1


async def test_what_an_earlier_run_wrote_counts_for_the_alarm(db: Database) -> None:
    await write(
        db, RECORD, RefusalRecord(**{**_fields(RECORD), "uid": "old:0", "last_at": NOON - timedelta(1)})
    )
    made, told = parts(db)
    await made.resume()
    made.keeper.note(CallTurnedAway(at=NOON, cause=RefusalCause.CODEC, trunk="carrier"))
    made.keeper.tell()
    assert [e.repeating[0]["count"] for e in told if isinstance(e, RefusalsRepeat)] == [5]


async def test_how_many_within_what_time_are_an_alarm_is_a_setting(db: Database) -> None:
    for minutes, repeat in ((3, True), (1, False)):
        made, told = parts(db, alarm_calls=2, alarm_minutes=minutes)
        for seconds in (-100, 0):
            at = NOON + timedelta(seconds=seconds)
            made.keeper.note(CallTurnedAway(at=at, cause=RefusalCause.CODEC, trunk="carrier"))
        made.keeper.tell()
        assert any(isinstance(event, RefusalsRepeat) for event in told) is repeat


async def test_old_ones_are_deleted_and_a_database_that_is_away_is_no_end(
    db: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    await write(db, RECORD, RefusalRecord(**{**_fields(RECORD), "uid": "x", "last_at": NOON - timedelta(31)}))
    monkeypatch.setattr(module, "FORGET_EVERY_S", 0.01)
    away = Database(f"sqlite:///{tmp_path}/nowhere/none.db")

    async def only_the_new_one() -> bool:
        async with db.session() as session:
            return [row.uid for row in await RefusedCalls(session).newest()] == ["old:1"]

    with capture_logs() as logs:

        async def tried_twice() -> bool:
            return len(logs) > 1

        for database, done in ((away, tried_twice), (db, only_the_new_one)):
            forgetting = asyncio.create_task(parts(database)[0].forget_old())
            await until(done)
            assert not forgetting.done()
            forgetting.cancel()
            await asyncio.gather(forgetting, return_exceptions=True)
    await away.close()


async def test_doctor_counts_the_last_day_by_cause_with_a_cure_and_without_numbers(db: Database) -> None:
    assert [f.level for f in await refused_calls(db, NOON)] == [Level.OK]
    stranger = {**_fields(RECORD), "uid": "s", "cause": "stranger", "trunk": "", "count": 9}
    old = {**_fields(RECORD), "uid": "o", "last_at": NOON - timedelta(days=1, seconds=1)}
    await write(db, RECORD, RefusalRecord(**stranger), RefusalRecord(**old))
    first, second = await refused_calls(db, NOON)
    assert first.detail.startswith("9 of the last 24 hours: from an address that belongs to no trunk")
    assert "matches" in first.cure
    assert second.detail.startswith("4 of the last 24 hours by carrier: no codec that we understand")
    assert {first.level, second.level} == {Level.WARN}
    assert "138" not in first.detail + second.detail


async def test_doctor_shows_them_beside_what_asterisk_is_like(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(*_: object) -> list[AsteriskFinding]:
        return []

    monkeypatch.setattr("asterisk_conf.checks.examine.examine", nothing)
    installation = Installation.open()
    async with installation.open_database() as database:
        now = datetime.now(UTC)
        await write(database, RefusalRecord(**{**_fields(RECORD), "first_at": now, "last_at": now}))
    assert [finding.name for finding in await examine_asterisk(installation)] == [
        "Refused calls",
        "Line out",
    ]


@pytest.mark.parametrize("cause", list(RefusalCause))
async def test_doctor_has_words_for_every_cause(db: Database, cause: RefusalCause) -> None:
    await write(db, RefusalRecord(**{**_fields(RECORD), "cause": str(cause)}))
    (finding,) = await refused_calls(db, NOON)
    assert finding.cure


def _fields(record: RefusalRecord) -> dict[str, Any]:
    return {name: getattr(record, name) for name in RefusalRecord.__slots__}
