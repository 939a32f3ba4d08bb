"""A worker in a process of its own, to be killed: `python -m tests.support.job_worker URL FILE`.

Its jobs leave an effect in the database, a line in the file, and a job that follows from them.
"""

import asyncio
import logging
import random
import sys
from pathlib import Path

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database
from tests.support.jobs import note, utc_now
from work.handlers import Attempt, Effect, Handler, Schedule, in_transaction
from work.jobs import enqueue
from work.rules.kinds import Kind
from work.rules.moments import Every
from work.rules.retries import RetryRule
from work.settings import WorkerSettings
from work.worker import Worker

# However often it is killed, none is to end as dead.
OFTEN = RetryRule(attempts=10_000, first_wait_s=0.05, longest_wait_s=0.2)
CHAIN = Kind("test.chain", retry=OFTEN, at_once=4)
OUTSIDE = Kind("test.outside", retry=OFTEN, at_once=4)
TICK = Kind("test.tick", retry=OFTEN)
SETTINGS = WorkerSettings(
    look_every_s=0.1, beat_every_s=0.1, idle_beat_s=1.0, lost_after_s=0.6, after_trouble_s=0.1
)


async def chain(session: AsyncSession, attempt: Attempt) -> None:
    """An effect, now and then a failure after it, and the next link in the same transaction."""
    await note(session, attempt)
    await asyncio.sleep(random.random() * 0.02)
    if random.random() < 0.1:
        raise OSError
    if left := attempt.args["left"]:
        key = attempt.args["key"]
        await enqueue(session, CHAIN, {"left": left - 1, "key": key}, now=utc_now(), key=key)


def outside(file: Path) -> Handler:
    """A line that says for whom it is, then the effect."""

    async def run(attempt: Attempt) -> Effect:
        with file.open("a") as lines:
            lines.write(f"{attempt.uid}\n")
        await asyncio.sleep(random.random() * 0.05)
        return lambda session: note(session, attempt)

    return Handler(OUTSIDE, run)


async def main(url: str, file: Path) -> None:
    """Work until killed. That jobs fail and are taken back is meant, and not told."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    database = Database(url)
    ticking = Handler(TICK, in_transaction(note), (Schedule(Every(1)),))
    handlers = [Handler(CHAIN, in_transaction(chain)), outside(file), ticking]
    await Worker(database, handlers, utc_now, SETTINGS).run()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
