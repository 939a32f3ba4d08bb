"""Two workers, killed and started again at moments by chance, over jobs that are made meanwhile."""

import asyncio
import os
import random
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from storage.database import Database
from storage.job_state import JobState as S
from storage.tables import Job
from tests.support.job_worker import CHAIN, OUTSIDE, TICK
from tests.support.jobs import noted, utc_now
from tests.support.waiting import until
from work.jobs import enqueue

ROOT = Path(__file__).parents[2]
LINKS = 3


@dataclass(frozen=True, slots=True)
class Told:
    """What is to be said of a run: how many kills, jobs, attempts begun again, and repetitions outside."""

    kills: int
    jobs: int
    begun_again: int
    told_again: int


async def _start(url: str, file: Path) -> asyncio.subprocess.Process:
    # A group of its own: nothing of it is left when the test is ended.
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.job_worker", url, str(file), cwd=ROOT, env=dict(os.environ)
    )


async def _make(database: Database, number: int, chance: random.Random) -> int:
    """A chain and a job with something outside; how many jobs follow from it. Some do not come about."""
    try:
        async with database.transaction() as session:
            key = str(number) if chance.random() < 0.5 else None
            await enqueue(session, CHAIN, {"left": LINKS, "key": key}, now=utc_now(), key=key)
            await enqueue(session, OUTSIDE, {}, now=utc_now())
            if chance.random() < 0.2:
                raise InterruptedError
    except InterruptedError:
        return 0
    return LINKS + 2


async def run_under_kills(database: Database, folder: Path, kills: int, seed: int) -> Told:
    """Every effect once, nothing left, nothing dead; what lies outside at least once."""
    chance, file = random.Random(seed), folder / "outside"
    file.touch()
    url = database.url.render_as_string(hide_password=False)
    workers = [await _start(url, file) for _ in range(2)]
    expected = 0
    try:
        for number in range(kills):
            for part in range(6):
                expected += await _make(database, 6 * number + part, chance)
            await asyncio.sleep(chance.random() * 0.4)
            victim = chance.randrange(2)
            workers[victim].kill()
            await workers[victim].wait()
            workers[victim] = await _start(url, file)

        async def all_done() -> bool:
            async with database.session() as session:
                kinds = (CHAIN.name, OUTSIDE.name)
                states = set(await session.scalars(select(Job.state).where(Job.kind.in_(kinds))))
            return states <= {S.DONE}

        await until(all_done, within_s=60)
    finally:
        for worker in workers:
            worker.kill()
            await worker.wait()
    return await _judge(database, file, kills, expected)


async def _judge(database: Database, file: Path, kills: int, expected: int) -> Told:
    async with database.session() as session:
        jobs = (await session.scalars(select(Job))).all()
    made = [job for job in jobs if job.kind in (CHAIN.name, OUTSIDE.name)]
    assert len(made) == expected
    effects = Counter(await noted(database))
    assert {uid: effects[uid] for uid in (job.uid for job in made)} == {job.uid: 1 for job in made}
    assert set(effects.values()) == {1}
    told = Counter(_lines(file))
    assert set(told) == {job.uid for job in made if job.kind == OUTSIDE.name}
    ticks = [job.args["moment"] for job in jobs if job.key == TICK.name]
    assert len(ticks) == len(set(ticks))
    assert {job.state for job in jobs} <= {S.DONE, S.SUPERSEDED, S.QUEUED, S.RUNNING}
    begun_again = sum(job.attempt - 1 for job in made)
    return Told(kills, len(made), begun_again, told.total() - len(told))


def _lines(file: Path) -> list[str]:
    return file.read_text().splitlines()
