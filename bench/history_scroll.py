"""Frames while 2,000 past calls scroll by: python -m bench.history_scroll.

The history of the console as built (`npm run build` in agent_console/web) in a real Chromium at 1366x768, on
the real service and an SQLite database of generated calls. The list is gone through from top to bottom: first
by wheel while its pages of 100 are fetched on the way, then, with all rows there, by wheel, by Page Down that
is held, and by the scroll bar, pulled down in steps.

A frame's time is what lies between two calls of requestAnimationFrame: what the page's own thread did
meanwhile, which is where rows are made. At 60 Hz the best is 16.7 ms. A graphics card is left out: Chromium
paints by processor here. `--blocked-ms 60` keeps the page busy for so long at each scroll event: the figures
must show it.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from playwright.async_api import Page, expect

from bench.common import load, quantile, table
from bench.console_tab import office, open_tab
from bench.pop_service import prepare_past

LIST = "history-list"
# A quick hand: a notch of the wheel in every frame.
NOTCH_PX = 120
KEYS_A_SECOND = 30
PULLS = 200
FRAME_S = 1 / 60
PATIENCE_S = 300
ENOUGH_MS = (50, 100)

_SCRIPT = """
(() => {
  const BLOCKED_MS = %(blocked_ms)d;
  let frames = null, last = 0;
  const frame = (at) => {
    if (frames === null) return;
    if (last > 0) frames.push(at - last);
    last = at;
    requestAnimationFrame(frame);
  };
  window.beginFrames = () => { frames = []; last = 0; requestAnimationFrame(frame); };
  window.endFrames = () => { const seen = frames; frames = null; return seen; };
  addEventListener("scroll", () => {
    for (const end = performance.now() + BLOCKED_MS; performance.now() < end; );
  }, true);
})();
"""
_AT_END = "list => list.scrollTop + list.clientHeight >= list.scrollHeight - 1"
_SHOWN = "list => list.querySelectorAll('[data-testid=history-row]').length"
Scroll = Callable[[Page], Awaitable[None]]


async def by_wheel(page: Page) -> None:
    """Notch after notch until the end."""
    scroller = page.get_by_test_id(LIST)
    await scroller.hover()
    while not await scroller.evaluate(_AT_END):
        for _ in range(10):
            await page.mouse.wheel(0, NOTCH_PX)
            await asyncio.sleep(FRAME_S)


async def by_keys(page: Page) -> None:
    """Page Down held, as often as a keyboard repeats."""
    scroller = page.get_by_test_id(LIST)
    await scroller.focus()
    while not await scroller.evaluate(_AT_END):
        for _ in range(10):
            await page.keyboard.press("PageDown")
            await asyncio.sleep(1 / KEYS_A_SECOND)


async def by_scroll_bar(page: Page) -> None:
    """Pulled from top to bottom, a step a frame."""
    await page.get_by_test_id(LIST).evaluate(
        """(list, steps) => new Promise((done) => {
            let step = 0;
            const pull = () => {
                list.scrollTop = (list.scrollHeight - list.clientHeight) * ++step / steps;
                step < steps ? requestAnimationFrame(pull) : done();
            };
            requestAnimationFrame(pull);
        })""",
        PULLS,
    )


LOADED = {"wheel": by_wheel, "Page Down held": by_keys, "scroll bar pulled": by_scroll_bar}


async def frames_ms(page: Page, scroll: Scroll) -> list[float]:
    """The frames of one way through the list, from its top to its end."""
    scroller = page.get_by_test_id(LIST)
    await scroller.evaluate("list => { list.scrollTop = 0; }")
    await expect(page.get_by_test_id("history-row").first).to_be_visible()
    await asyncio.sleep(1)
    await page.evaluate("() => window.beginFrames()")
    async with asyncio.timeout(PATIENCE_S):
        await scroll(page)
    seen: list[float] = await page.evaluate("() => window.endFrames()")
    assert await scroller.evaluate(_SHOWN) > 0, "nothing was shown at the end"
    return seen


async def all_loaded(page: Page, rows: int) -> None:
    """Every row was fetched."""
    table_of_rows = page.get_by_role("table")
    await expect(table_of_rows).to_have_attribute("aria-rowcount", str(rows), timeout=20_000)


async def measure(rows: int, blocked_ms: int, rounds: int) -> str:
    """Each way so many times, and the table."""
    with tempfile.TemporaryDirectory() as folder:
        seats = await prepare_past(Path(folder), rows)
        async with office(Path(folder), seats) as at:
            seat, script = at.seat_of(None), _SCRIPT % {"blocked_ms": blocked_ms}
            ways: dict[str, list[float]] = {}
            began = load()
            for _ in range(rounds):
                # A new tab each time, so that the pages are fetched anew.
                async with open_tab(at, seat, "/history", script=script) as page:
                    await expect(page.get_by_test_id("history-row").first).to_be_visible(timeout=30_000)
                    ways.setdefault("wheel, while it is fetched", []).extend(await frames_ms(page, by_wheel))
                    await all_loaded(page, rows)
                    for name, way in LOADED.items():
                        ways.setdefault(name, []).extend(await frames_ms(page, way))
    title = f"History scrolled: {rows} rows, {rounds} times, load average {began} to {load()}"
    return report(title, ways)


def report(title: str, ways: dict[str, list[float]]) -> str:
    """The table of the frames of each way."""
    over = [f"over {ms} ms" for ms in ENOUGH_MS]
    rows = [(name, *_figures(frames)) for name, frames in ways.items()]
    return table(title, ("", "frames", "p50 ms", "p99 ms", "max ms", *over), rows)


def _figures(frames: Sequence[float]) -> tuple[str, ...]:
    times = (f"{quantile(frames, share):.0f}" for share in (0.5, 0.99, 1.0))
    return (str(len(frames)), *times, *(str(sum(it > ms for it in frames)) for ms in ENOUGH_MS))


def main() -> None:
    """Runs one measurement."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, default=2000)
    arguments.add_argument(
        "--rounds", type=int, default=3, help="how often the list is gone through in each way"
    )
    arguments.add_argument(
        "--blocked-ms", type=int, default=0, help="keep the page busy at each scroll event"
    )
    chosen = arguments.parse_args()
    if chosen.rows < 200 or chosen.rounds < 1 or chosen.blocked_ms < 0:
        arguments.error("at least 200 rows (two pages) and one round, and no time below zero")
    print(asyncio.run(measure(chosen.rows, chosen.blocked_ms, chosen.rounds)))


if __name__ == "__main__":
    main()
