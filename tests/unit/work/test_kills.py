"""A small seed of `tests/long/test_jobs_under_kills.py`: every effect is made once, whoever is killed."""

from pathlib import Path

from storage.database import Database
from tests.support.jobs_under_kills import run_under_kills


async def test_effects_are_made_once_although_workers_are_killed(db: Database, tmp_path: Path) -> None:
    told = await run_under_kills(db, tmp_path, kills=2, seed=1)
    assert told.jobs > 10
