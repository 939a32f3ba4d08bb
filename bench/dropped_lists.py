"""How soon a session is told while lists are begun and dropped: python -m bench.dropped_lists URL LOGIN...

URL is that of a running console whose database `bench.past_calls` filled. Each of --lists browsers asks for a
text that no call has, goes away while the service looks for it, and comes again; they share the logins, whose
one password is read from standard input. The browsers are a process of their own, whose work does not count.
"""

import argparse
import asyncio
import itertools
import multiprocessing
import statistics
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress

import httpx

from bench.common import table

# Some go while they wait for their turn, some while their statement runs.
_GOES_AFTER_S = (0.05, 0.1, 0.2, 0.4)
_ASKS_EVERY_S = 0.05
_CROWD_IS_THERE_S = 5.0


@asynccontextmanager
async def signed_in(url: str, login: str, password: str) -> AsyncIterator[httpx.AsyncClient]:
    """A browser with a session."""
    async with httpx.AsyncClient(base_url=url, headers={"Origin": url}, timeout=60) as browser:
        answer = await browser.post("/api/v1/session", json={"login": login, "password": password})
        answer.raise_for_status()
        yield browser


async def begins_and_drops(url: str, login: str, password: str) -> None:
    """One browser, for ever."""
    async with signed_in(url, login, password) as browser:
        for goes_after_s in itertools.cycle(_GOES_AFTER_S):
            with suppress(TimeoutError):
                async with asyncio.timeout(goes_after_s):
                    await browser.get("/api/v1/calls", params={"text": "nobody is called so"})


async def _crowd(url: str, logins: Sequence[str], password: str) -> None:
    await asyncio.gather(*(begins_and_drops(url, login, password) for login in logins))


def come_and_go(url: str, logins: Sequence[str], password: str) -> None:
    """A browser for each of the logins, until one of them is refused."""
    asyncio.run(_crowd(url, logins, password))


@contextmanager
def crowd(url: str, logins: Sequence[str], password: str) -> Iterator[None]:
    """They come and go for as long as the block runs."""
    process = multiprocessing.get_context("spawn").Process(target=come_and_go, args=(url, logins, password))
    process.start()
    try:
        yield
        assert process.is_alive(), "a browser of the crowd was refused"
    finally:
        process.kill()
        process.join()


async def session_ms(browser: httpx.AsyncClient, seconds: float) -> list[float]:
    """How long each answer took in so many seconds."""
    times, ends = [], time.monotonic() + seconds
    while time.monotonic() < ends:
        began = time.perf_counter()
        (await browser.get("/api/v1/session")).raise_for_status()
        times.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(_ASKS_EVERY_S)
    return times


async def measure(url: str, logins: Sequence[str], password: str, lists: int, seconds: float) -> None:
    """Prints a table for docs/benchmarks.md."""
    async with signed_in(url, logins[0], password) as browser:
        quiet = await session_ms(browser, seconds)
        with crowd(url, list(itertools.islice(itertools.cycle(logins), lists)), password):
            await asyncio.sleep(_CROWD_IS_THERE_S)
            busy = await session_ms(browser, seconds)
    rows = [[name, *_figures(times)] for name, times in (("nothing else", quiet), ("the lists", busy))]
    print(
        table(
            "/api/v1/session beside lists that are dropped, ms", ["beside", "median", "p99", "longest"], rows
        )
    )


def _figures(times: Sequence[float]) -> list[str]:
    p99 = statistics.quantiles(times, n=100)[-1]
    return [f"{value:.1f}" for value in (statistics.median(times), p99, max(times))]


def main() -> None:
    """Measure one console."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="where the console is, as a browser writes it")
    parser.add_argument("logins", nargs="+")
    parser.add_argument("--lists", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=30.0)
    given = parser.parse_args()
    password = sys.stdin.readline().rstrip("\n")
    asyncio.run(measure(given.url, given.logins, password, given.lists, given.seconds))


if __name__ == "__main__":
    main()
