"""Old refused calls are deleted by an hourly job."""

from datetime import UTC, datetime, timedelta

from cti.refused.forgetting import forgetting
from storage.database import Database
from storage.records import RefusalRecord
from storage.repositories.journal import Journal
from storage.repositories.refused_calls import RefusedCalls
from work.handlers import Attempt, Schedule
from work.rules.moments import Every

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def a_refusal(uid: str, at: datetime) -> RefusalRecord:
    return RefusalRecord(uid, at, at, 1, "codec", "carrier", "138", "4001", "10.0.0.9", "G729")


async def test_what_is_older_than_it_is_kept_is_deleted(db: Database) -> None:
    days = timedelta(days=30), timedelta(days=30, seconds=1)
    async with db.transaction() as session:
        await Journal(session).write_refusals([a_refusal(str(ago), NOON - ago) for ago in days])
    handler = forgetting(30, lambda: NOON)
    effect = await handler.run(Attempt("", {}))
    assert effect is not None
    async with db.transaction() as session:
        await effect(session)
        assert [row.uid for row in await RefusedCalls(session).newest()] == [str(days[0])]
    assert handler.schedules == (Schedule(Every(3600)),)
