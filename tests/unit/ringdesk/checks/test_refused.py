"""What doctor says of refused calls: by cause, with a cure and without numbers."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from asterisk_conf.checks.finding import AsteriskFinding, Level
from cti.domain.refusals import RefusalCause
from ringdesk.checks.doctor import examine_asterisk
from ringdesk.checks.refused import refused_calls
from ringdesk.installation.home import Home
from ringdesk.installation.installation import Installation
from storage.database import Database
from storage.records import RefusalRecord
from storage.repositories.journal import Journal

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
RECORD = RefusalRecord("old:1", NOON, NOON, 4, "codec", "carrier", "138", "4001", "10.0.0.9", "G729")


async def write(db: Database, *records: RefusalRecord) -> None:
    async with db.transaction() as session:
        await Journal(session).write_refusals(records)


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
