"""What doctor says of the line out, by the calls of the last day."""

from datetime import UTC, datetime, timedelta

import pytest

from asterisk_conf.checks.finding import Level
from cti.domain.dialling import LINE_FAULTS
from ringdesk.checks.line_out import line_out
from storage.database import Database
from storage.repositories.journal import Journal
from tests.unit.storage.builders import a_call

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def write(db: Database, *outcomes: str, ago: timedelta = timedelta(hours=1)) -> None:
    """Calls out one a second, in this order."""
    async with db.transaction() as session:
        for number, outcome in enumerate(outcomes):
            at = NOON - ago + timedelta(seconds=number)
            call = a_call(
                f"out-{at.timestamp()}", direction="outbound", started_at=at, ended_at=at, outcome=outcome,
                stints=(), legs=(), offers=(), steps=(), recordings=(),
            )  # fmt: skip
            await Journal(session).write_calls([call])


@pytest.mark.parametrize("fault", sorted(LINE_FAULTS))
async def test_calls_that_fail_by_the_line_in_a_row_are_a_warning_with_a_cure(
    db: Database, fault: str
) -> None:
    await write(db, "answered", fault, fault)
    assert (await line_out(db, NOON)).level is Level.OK
    await write(db, fault, ago=timedelta(minutes=1))
    found = await line_out(db, NOON)
    assert found.level is Level.WARN
    assert "the last 3 calls" in found.detail
    assert found.cure


async def test_a_line_that_carried_a_call_since_or_failed_the_day_before_is_well(db: Database) -> None:
    await write(db, *["congestion"] * 4, ago=timedelta(hours=25))
    await write(db, *["congestion"] * 3, "busy", "agent_no_answer")
    assert (await line_out(db, NOON)).level is Level.OK
