"""From the message that a call rings to the caller's name on the screen: python -m bench.pop_painted.

The console as built (`npm run build` in agent_console/web) in a real Chromium, signed in at the real service.
A recorded call is played to the service as Asterisk's events, over and over: it comes in, rings at this
agent's desk, and the caller gives up. At the moment of the ring the phone in the page gets its INVITE too, so
that what it does then (it rings, it tells the server) is measured with the rest. Name and timeline come with
the message; nothing is fetched for them.

Three clocks: until the name is in the document; until it is painted, as Chromium itself says (Element Timing:
when the frame with the name was presented); and, from the event's way into the service, until painted. A page
that is not in sight is not painted, so the tab is in front all the time.

Left out are Asterisk, the network between server and desk, the screen's own delay, and a graphics card:
Chromium paints by processor here. `--blocked-ms 100` keeps the page busy for so long after each message: the
figures must grow by it, which shows that they measure what they say.
"""

import argparse
import asyncio
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Page, expect

from asterisk_conf.render import DROPPED_EVENTS
from bench.ami_traffic import Scene, read_scene, timeline
from bench.common import load, quantile, table
from bench.console_tab import Office, demo_office, open_tab
from bench.ringing_phone import RingingPhone, ringing_phone

AGENT = "1001"
RECORDED = Path(__file__).parents[1] / "tests" / "traces" / "abandoned-while-ringing" / "ami.txt"
# What the console hears of its agent when the phone rings.
RINGS = '"activity":"ringing"'
_ENTERED = b"UserEvent: RingdeskCall\r\n"
CALLER, NAME = "+8613800138000", "王小明"
RINGS_S = 1.0
BETWEEN_S = (1.0, 2.0)

_SCRIPT = """
(() => {
  const NAME = "%(name)s", BLOCKED_MS = %(blocked_ms)d;
  const now = () => performance.timeOrigin + performance.now();
  const desk = () => document.querySelector("[data-testid=desk]");
  let pop = null, tell = null;
  const Real = window.WebSocket;
  window.WebSocket = class extends Real {
    constructor(url, ...more) {
      super(url, ...more);
      // Before the console's own listener, which it adds later.
      if (String(url).endsWith("/api/v1/live")) this.addEventListener("message", ({ data }) => hear(data));
    }
  };
  function hear(text) {
    if (!text.includes('%(rings)s') || desk()?.dataset.moment !== "idle") return;
    pop = { heard: now() };
    for (const end = now() + BLOCKED_MS; now() < end; );
  }
  new MutationObserver(() => {
    if (pop === null || pop.inDocument) return;
    const name = document.querySelector("[data-testid=pop-name]");
    if (!name?.textContent.includes(NAME)) return;
    pop.inDocument = now();
    name.setAttribute("elementtiming", "pop");
  }).observe(document, { childList: true, subtree: true, characterData: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.identifier !== "pop" || pop === null) continue;
      tell?.({ ...pop, painted: performance.timeOrigin + entry.renderTime });
      pop = tell = null;
    }
  }).observe({ type: "element", buffered: true });
  window.nextPop = () => new Promise((resolve) => { tell = resolve; });
})();
"""


@dataclass(frozen=True, slots=True)
class Painted:
    """One pop, in seconds: from the message, and from Asterisk's event."""

    in_document: float
    painted: float
    from_event: float


class Desk:
    """The agent's tab, and the two ways by which a call comes to it."""

    def __init__(self, at: Office, page: Page, phone: RingingPhone) -> None:
        self._at, self._page, self._phone = at, page, phone
        self._scene = read_scene(RECORDED, DROPPED_EVENTS)

    async def settle(self) -> None:
        """The phone is registered and the lists are there."""
        async with asyncio.timeout(30):
            await self._phone.registered.wait()
        now = f"{time.time():.6f}"
        self._at.ami.event("DeviceStateChange", Timestamp=now, Device=f"PJSIP/{AGENT}", State="NOT_INUSE")
        await expect(self._page.get_by_test_id("desk")).to_have_attribute(
            "data-moment", "idle", timeout=30_000
        )
        await expect(self._page.get_by_test_id("light-phone")).to_have_attribute("data-light", "good")

    async def pop(self, number: int) -> Painted:
        """One call from its beginning until the caller is gone."""
        page = self._page
        before, ring, after = parts(self._scene, number)
        for raw in before:
            self._at.ami.write(raw)
        # The look-up is over: as with every caller, who first hears the menu.
        await asyncio.sleep(0.3)
        popped = asyncio.create_task(page.evaluate("() => window.nextPop()"))
        await page.evaluate("() => 0")
        began = time.time()
        self._at.ami.write(ring)
        await self._phone.ring(CALLER, call_id(ring))
        async with asyncio.timeout(10):
            seen = await popped
        await asyncio.sleep(RINGS_S)
        for raw in after:
            self._at.ami.write(raw)
        await self._phone.stop()
        await expect(page.get_by_test_id("desk")).to_have_attribute("data-moment", "idle", timeout=10_000)
        heard = seen["heard"] / 1000
        return Painted(
            seen["inDocument"] / 1000 - heard, seen["painted"] / 1000 - heard, seen["painted"] / 1000 - began
        )


def parts(scene: Scene, number: int) -> tuple[list[bytes], bytes, list[bytes]]:
    """The messages of one call: before it rings, the ring, and after it."""
    played = timeline([scene], range(number, number + 1), agents=3, every_s=0, epoch=time.time())
    # As test calls, else the desk's list of those who are owed a call would grow with each.
    raw = [message.replace(_ENTERED, _ENTERED + b"Test: test\r\n") + b"\r\n\r\n" for _, message in played]
    at = next(n for n, message in enumerate(raw) if message.startswith(b"Event: DialBegin\r\n"))
    return raw[:at], raw[at], raw[at + 1 :]


def call_id(ring: bytes) -> str:
    """The call that rings."""
    return ring.partition(b"DestChanVariable: RD_CALL=")[2].partition(b"\r\n")[0].decode()


async def measure(pops: int, blocked_ms: int) -> str:
    """So many pops, and their table."""
    async with demo_office() as at, ringing_phone(at.phone_port) as phone:
        script = _SCRIPT % {"name": NAME, "rings": RINGS, "blocked_ms": blocked_ms}
        async with open_tab(at, at.seat_of(AGENT), "/", script=script) as page:
            desk = Desk(at, page, phone)
            # Whoever opens a desk has clicked in it; until then browsers keep it silent.
            await page.get_by_test_id("desk").click(position={"x": 5, "y": 5})
            await desk.settle()
            first, seen, began = await desk.pop(0), list[Painted](), load()
            for number in range(1, pops + 1):
                await asyncio.sleep(random.uniform(*BETWEEN_S))
                seen.append(await desk.pop(number))
                if len(seen) % 10 == 0:
                    print(f"{len(seen)} of {pops} pops", file=sys.stderr, flush=True)
    return report(first, seen, f"{began} to {load()}")


def report(first: Painted, seen: Sequence[Painted], loads: str) -> str:
    """The table of these pops; the page's first loads what later ones have, such as the sound of the ring."""
    rows = [
        ("message to document", *_figures([pop.in_document for pop in seen])),
        ("**message to painted**", *_figures([pop.painted for pop in seen])),
        ("Asterisk's event to painted", *_figures([pop.from_event for pop in seen])),
        ("the page's first, message to painted", *_figures([first.painted])),
    ]
    title = f"Pop painted: {len(seen)} pops, load average {loads}"
    return table(title, ("", "p50 ms", "p99 ms", "max ms"), rows)


def _figures(seconds: Sequence[float]) -> tuple[str, ...]:
    return tuple(f"{quantile(seconds, share) * 1000:.0f}" for share in (0.5, 0.99, 1.0))


def main() -> None:
    """Runs one measurement."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--pops", type=int, default=100)
    arguments.add_argument("--blocked-ms", type=int, default=0, help="keep the page busy after each message")
    chosen = arguments.parse_args()
    if chosen.pops < 1 or chosen.blocked_ms < 0:
        arguments.error("at least one pop, and no time below zero")
    print(asyncio.run(measure(chosen.pops, chosen.blocked_ms)))


if __name__ == "__main__":
    main()
