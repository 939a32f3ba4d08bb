"""Lists, look-ups and the start with years of past calls behind them: python -m bench.history URL.

The database is one that `bench.past_calls` filled; to compare two versions, give each a copy and run them one
after the other. Nothing is written. What takes longer than --patience is ended and shown as such.
"""

import argparse
import asyncio
import os
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from bench.common import table
from bench.past_calls import BUSY_NUMBER, CLOSED_QUEUE
from crm.customers import identify_caller
from cti.directory import load_directory, load_memberships
from cti.domain.floor import Floor
from cti.resuming import resume_floor, unheard_since
from storage.database import Database
from storage.repositories.history import History
from storage.repositories.own_days import OwnDays
from storage.rows.calls import HistoryFilter
from storage.tables import Call

Ask = Callable[[], Awaitable[object]]
ZONE = ZoneInfo("Asia/Shanghai")
AGENT = "1007"
QUEUE_OF_AGENT = "queue-07"
SEARCHES = (
    "王小明", "王小明4711", "明远贸易12", "Trading 4", "13810004711", "138 1000 4711", "8000", "54321",
    "订单 999", "订单 123456", "约定", "address", "+8613900005000", "+8613812345678",
    "nobody has this name", "李经理40",
)  # fmt: skip


async def _start(database: Database, newest: datetime) -> object:
    directory = await load_directory(database, ZONE)
    await load_memberships(database)
    await unheard_since(database, None)
    await resume_floor(Floor(directory, epoch="bench", now=newest), database, newest)
    await database.migrate()
    return None


def _histories(page: Callable[..., Ask], newest: datetime, long_ago: datetime) -> Mapping[str, Ask]:
    month = {"since": long_ago, "until": long_ago + timedelta(days=30)}
    return {
        "history, no filter": page(),
        "history, a queue": page(queue="service"),
        "history, a queue closed long ago": page(queue=CLOSED_QUEUE),
        "history, an agent (also an agent's own)": page(agent=AGENT),
        "history, an agent who has the extension since yesterday": page(
            agent=AGENT, agent_since=newest - timedelta(days=1)
        ),
        "history, an agent and their queue": page(agent=AGENT, queue=QUEUE_OF_AGENT),
        "history, an agent and a queue that they never served": page(agent=AGENT, queue="sales"),
        "history, an outcome": page(outcome="abandoned"),
        "history, an outcome that there is not": page(outcome="no_answer"),
        "history, a month long ago": page(**month),
        "history, an agent, a queue, an outcome, a month": page(
            agent=AGENT, queue=QUEUE_OF_AGENT, outcome="answered", **month
        ),
    }


def lists(
    database: Database, newest: datetime, *, limit: int = 100, long_ago_days: int = 400
) -> Mapping[str, Ask]:
    """What people ask for, by its name; pages of `limit` calls."""

    def page(**wanted: object) -> Ask:
        async def ask() -> object:
            async with database.lists.session() as session:
                return await History(session).page(HistoryFilter(**wanted), limit=limit)  # type: ignore[arg-type]

        return ask

    def abandoned(days_ago: int) -> Ask:
        async def ask() -> object:
            since = newest - timedelta(days=days_ago)
            async with database.lists.session() as session:
                return await History(session).abandoned("service", since, since + timedelta(days=1))

        return ask

    async def own_day() -> object:
        async with database.lists.session() as session:
            return await OwnDays(session).between(AGENT, newest - timedelta(days=1), newest)

    since = newest - timedelta(days=long_ago_days)
    return {
        "start: migrations, directory, floor": lambda: _start(database, newest),
        **_histories(page, newest, since),
        "an agent's own day": own_day,
        "abandoned callers of yesterday": abandoned(1),
        "abandoned callers of a day long ago": abandoned(long_ago_days),
        "look-up of a number with 5,000 past calls": lambda: identify_caller(
            database, BUSY_NUMBER, home_region="CN"
        ),
        "look-up of an ordinary number": lambda: identify_caller(
            database, "+8613810004711", home_region="CN"
        ),
    }


def searches(database: Database) -> Sequence[Ask]:
    """The first page of each text, as the console asks for it."""

    def search(text: str) -> Ask:
        async def ask() -> object:
            async with database.lists.session() as session:
                return await History(session).page(HistoryFilter(text=text), limit=100)

        return ask

    return [search(text) for text in SEARCHES]


async def _times_ms(ask: Ask, rounds: int, patience_s: float) -> list[float]:
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        with suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                await ask()
        times.append((time.perf_counter() - began) * 1000)
        if times[-1] > 2000:
            break
    return times


async def measure(url: str, rounds: int, patience_s: float) -> None:
    """Prints a table for docs/benchmarks.md."""
    database = Database(url)
    async with database.session() as session:
        calls = await session.scalar(select(func.count()).select_from(Call))
        newest = await session.scalar(select(func.max(Call.started_at)))
    rows = []
    for name, ask in lists(database, newest or datetime.now(UTC)).items():
        times = await _times_ms(ask, rounds, patience_s)
        rows.append([name, f"{times[0]:.1f}", f"{statistics.median(times):.1f}", f"{max(times):.1f}"])
        print(*rows[-1], sep=" | ", flush=True)
    texts = [t for ask in searches(database) for t in await _times_ms(ask, max(1, rounds // 4), patience_s)]
    p95 = statistics.quantiles(texts, n=20)[-1]
    rows.append(["text search", f"{texts[0]:.1f}", f"{statistics.median(texts):.1f}", f"p95 {p95:.1f}"])
    title = f"{calls} past calls on {database.url.get_backend_name()}, ms"
    print(table(title, ["", "first", "median", "longest"], rows), flush=True)
    # A query that goes on after its time must not keep the program from ending.
    os._exit(0)


def main() -> None:
    """Measure one database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="a database that bench.past_calls filled")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--patience", type=float, default=60.0, help="seconds after which a query is ended")
    given = parser.parse_args()
    asyncio.run(measure(given.url, given.rounds, given.patience))


if __name__ == "__main__":
    main()
