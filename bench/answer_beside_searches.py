"""How soon Answer is taken beside slow searches: python -m bench.answer_beside_searches [POSTGRES_URL].

Without a URL on SQLite, else on an empty database of PostgreSQL. The web application is the real one,
Asterisk is not: what is measured is what stands between the click and the command.
"""

import argparse
import asyncio
import shutil
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx

from agent_console.api.common.access import COOKIE, CSRF_HEADER
from bench.common import load, quantile, table
from storage.database import Database
from storage.pools import Work
from storage.repositories.calls import Calls
from storage.repositories.history import History
from tests.support.databases import sqlite_url
from tests.support.slow_queries import reads_for_ever
from tests.unit.agent_console.tabs import LiveWorld, live_world
from tests.unit.agent_console.world import populate

SEARCHES = 10
CLICKS = 300
BETWEEN_S = 0.01
SEARCH_S = 30.0


async def for_ever(repository: Any, *_: Any, **__: Any) -> None:
    """In the place of what is read."""
    await reads_for_ever(repository._session)


async def clicks_ms(browser: httpx.AsyncClient) -> list[float]:
    """How long each Answer took; one that takes longer than five seconds counts as five."""
    times: list[float] = []
    for _ in range(CLICKS):
        began = time.perf_counter()
        try:
            async with asyncio.timeout(5):
                (await browser.post("/api/v1/calls/rd-1/answer")).raise_for_status()
        except TimeoutError:
            return [*times, 5000.0]
        times.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(BETWEEN_S)
    return times


async def beside(live: LiveWorld, browsers: Sequence[httpx.AsyncClient], address: str) -> list[float]:
    """The clicks of the first browser while the others wait for ten answers from this address."""
    asked = [asyncio.create_task(browsers[1 + n % (len(browsers) - 1)].get(address)) for n in range(SEARCHES)]
    await asyncio.sleep(0.5)
    times = await clicks_ms(browsers[0])
    for task in asked:
        task.cancel()
    await asyncio.gather(*asked, return_exceptions=True)
    return times


async def measure(url: str, folder: Path) -> None:
    """Prints a table for docs/benchmarks.md."""
    database = Database(url, limits_s={Work.LISTS: SEARCH_S, Work.ORDINARY: SEARCH_S})
    await database.migrate()
    await populate(database)
    async with live_world(database, folder) as live, AsyncExitStack() as stack:
        browsers = []
        for login in ("lina", "wangwei", "zhaomin", "admin"):
            token, who = await live.world.open_session(login)
            headers = {CSRF_HEADER: who.csrf, "Origin": live.origin}
            browser = httpx.AsyncClient(
                base_url=live.origin, cookies={COOKIE: token}, headers=headers, timeout=60
            )
            browsers.append(await stack.enter_async_context(browser))
        await clicks_ms(browsers[0])
        measured = {"nothing else": await clicks_ms(browsers[0])}
        History.page = for_ever  # type: ignore[method-assign, assignment]
        measured["ten searches"] = await beside(live, browsers, "/api/v1/calls?q=nobody")
        Calls.detail = for_ever  # type: ignore[method-assign, assignment]
        measured["ten slow requests"] = await beside(live, browsers, "/api/v1/calls/rd-7")
    await database.close()
    rows = [
        [name, *(f"{quantile(times, share):.1f}" for share in (0.5, 0.99)), f"{max(times):.1f}", load()]
        for name, times in measured.items()
    ]
    print(
        table(
            f"Answer on {database.url.get_backend_name()}, ms",
            ["beside", "median", "p99", "longest", "load"],
            rows,
        )
    )


def main() -> None:
    """Measure on one database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", nargs="?", help="a migrated, empty database; SQLite when there is none")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="ringdesk-bench-"))
    try:
        asyncio.run(measure(given.url or sqlite_url(folder / "ringdesk.db"), folder))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
