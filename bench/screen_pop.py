"""From an AMI event on the wire to the pop at the console, against a bare relay: python -m bench.screen_pop.

A fake AMI plays recorded calls to the real service and to a relay that does nothing but pass the event on;
both serve as many consoles. They take turns, so that one run gives both figures. Calls come at the pace of
so many at once, so a turn lasts as long as one call and the measured ones after it; what each turn takes is
told beforehand. On a machine that is busy with other things these delays are its own; there, `chrt -f 1`
before the command keeps them out.
"""

import argparse
import asyncio
import math
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import uvloop

from asterisk_conf.render import DROPPED_EVENTS
from bench.ami_traffic import AGENTS_IN_A_TRACE, Scene, scenes, timeline
from bench.common import quantile, table
from bench.pop_consoles import Console, open_consoles
from bench.pop_service import SECRET, Seat, prepare, running, serving
from tests.support.ports import free_ports
from tests.support.processor import cpu_seconds
from tests.unit.cti.ami.fake_ami import FakeAmi, answer, listing

SUPERVISORS = 2
FEWEST_CONSOLES = SUPERVISORS + AGENTS_IN_A_TRACE
TURNS = 2
LAST_POP_S = 0.5
COOKIE = "ringdesk_session"
POP_IN_EVENT = rb"\r\nDestChanVariable: RD_CALL=THIS\r\n"
POP_IN_DELTA = rb'"id":"THIS","direction":"inbound",[^{}]*"state":"ringing"'
_POP = re.compile(rb"\r\nDestChannel: PJSIP/(\d+)-.*\r\nDestChanVariable: RD_CALL=([^\r]+)", re.DOTALL)


@dataclass(slots=True)
class Side:
    """One of the two programs under measurement."""

    name: str
    ami: FakeAmi
    pid: int
    consoles: dict[str, Console]
    pop: bytes
    """Pattern of the pop as this program's consoles get it; THIS stands for the call's identity."""
    latencies: list[float] = field(default_factory=list)
    expected: int = 0
    cpu_s: float = 0.0
    wall_s: float = 0.0

    async def play(self, messages: Sequence[tuple[float, bytes]], full_s: float, end_s: float) -> None:
        """Writes each message at its time, and tells the console concerned what to look for.

        Pops count from `full_s` on, when the first calls end and as many last as are to last at once, until
        `end_s`, when no more begin; the rest of those under way is written at once.
        """
        begin, warm_up = time.perf_counter(), list[float]()
        cpu = cpu_seconds(self.pid)
        under_way = [message for message in messages if message[0] <= end_s]
        for at, raw in under_way:
            await asyncio.sleep(max(0.0, at - (time.perf_counter() - begin)))
            if raw.startswith(b"Event: DialBegin\r\n") and (pop := _POP.search(raw)):
                counts = at >= full_s
                self.expected += counts
                pattern = re.compile(self.pop.replace(b"THIS", re.escape(pop[2])))
                self.consoles[pop[1].decode()].expect(self.latencies if counts else warm_up, pattern)
            self.ami.write(raw + b"\r\n\r\n")
        await asyncio.sleep(LAST_POP_S)
        self.wall_s += time.perf_counter() - begin
        self.cpu_s += cpu_seconds(self.pid) - cpu
        for _, raw in messages[len(under_way) :]:
            self.ami.write(raw + b"\r\n\r\n")


def obliging_ami() -> FakeAmi:
    """Shows an idle Asterisk once, grants every wish, and refuses to be compared again later."""
    ami = FakeAmi(secret=SECRET)
    for action in ("QueuePause", "QueueAdd", "QueueRemove"):
        ami.answers[action] = answer(Message="done")
    ami.answers["CoreSettings"] = answer(AsteriskVersion="22.0.0")
    for action in ("CoreShowChannels", "BridgeList", "QueueStatus", "DeviceStateList"):
        ami.answers[action] = listing(f"{action}Complete")
    return ami


async def start_service(stack: AsyncExitStack, agents: int) -> Side:
    """The real service: `ringdesk serve` with a database, users and consoles that are signed in."""
    home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    seats = await prepare(home, agents, SUPERVISORS)
    ami = await stack.enter_async_context(obliging_ami())
    (port,) = free_ports(1)
    pid = await stack.enter_async_context(serving(home, port, ami.port))
    await ami.until_asked("DeviceStateList")
    consoles = await _consoles(port, seats)
    ami.answers["CoreSettings"] = answer("Error", Message="not now")
    for action in ("CoreShowChannels", "BridgeList", "QueueStatus", "DeviceStateList"):
        ami.answers[action] = answer("Error", Message="not now")
    return Side("Ringdesk", ami, pid, consoles, POP_IN_DELTA)


async def start_relay(stack: AsyncExitStack, agents: int) -> Side:
    """The relay with as many consoles."""
    ami = await stack.enter_async_context(FakeAmi(secret=SECRET))
    (port,) = free_ports(1)
    pid = await stack.enter_async_context(running("-m", "bench.pop_relay", str(ami.port), str(port)))
    await ami.until_asked("Login")
    seats = [Seat(str(1001 + n), "") for n in range(agents)] + [Seat(None, "")] * SUPERVISORS
    return Side("bare relay", ami, pid, await _consoles(port, seats), POP_IN_EVENT)


async def _consoles(port: int, seats: list[Seat]) -> dict[str, Console]:
    """Consoles by extension; in random order, since who connects first is told first."""
    seats = random.sample(seats, len(seats))
    headers = [{"Cookie": f"{COOKIE}={s.token}", "Origin": f"http://localhost:{port}"} for s in seats]
    opened = await open_consoles(port, "/api/v1/live", headers)
    return {seat.extension or f"supervisor {n}": opened[n] for n, seat in enumerate(seats)}


async def measure(recorded: list[Scene], chosen: argparse.Namespace) -> str:
    """Plays the same kind of traffic to both sides in turns and makes the table."""
    agents = (chosen.consoles - SUPERVISORS) // 3 * 3
    mean_s = statistics.mean(scene.messages[-1][0] for scene in recorded)
    slower = chosen.call_seconds / mean_s
    every_s = chosen.call_seconds / chosen.calls
    calls_a_turn = chosen.calls + math.ceil(chosen.measured / TURNS)
    end_s = calls_a_turn * every_s
    async with AsyncExitStack() as stack:
        _tell(f"starting both sides with {agents + SUPERVISORS} consoles each")
        sides = [await start_relay(stack, agents), await start_service(stack, agents)]
        _tell(f"{TURNS * len(sides)} turns of {end_s:.0f} s, {TURNS * len(sides) * end_s / 60:.1f} minutes")
        for turn in range(TURNS):
            for side in sides:
                numbers = range(turn * calls_a_turn, (turn + 1) * calls_a_turn)
                played = timeline(
                    recorded, numbers, agents=agents, every_s=every_s, slower=slower, epoch=time.time()
                )
                await side.play(played, chosen.call_seconds, end_s)
                _tell(f"turn {turn + 1} of {side.name}: {len(side.latencies)} of {side.expected} pops so far")
        for side in sides:
            if len(side.latencies) * 2 < side.expected:
                raise SystemExit(
                    f"Not measured: {side.name} brought {len(side.latencies)} of {side.expected} pops."
                )
        base = quantile(sides[0].latencies, 0.99)
        rows = [_row(side, base) for side in sides]
        title = f"Screen pop: {chosen.calls} calls at once, {agents + SUPERVISORS} consoles"
        return table(title, ("", "pops", "p50 ms", "p99 ms", "max ms", "p99 ratio", "CPU of a core"), rows)


def _tell(progress: str) -> None:
    """Beside the table, which alone goes to the standard output."""
    print(progress, file=sys.stderr, flush=True)


def _row(side: Side, base: float) -> tuple[str, ...]:
    p99 = quantile(side.latencies, 0.99)
    return (
        side.name,
        f"{len(side.latencies)} of {side.expected}",
        f"{quantile(side.latencies, 0.5) * 1000:.2f}",
        f"{p99 * 1000:.2f}",
        f"{quantile(side.latencies, 1.0) * 1000:.2f}",
        f"{p99 / base:.1f}",
        f"{side.cpu_s / side.wall_s:.0%}",
    )


def main() -> None:
    """Runs one measurement."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--calls", type=int, default=90, help="calls at once")
    arguments.add_argument("--consoles", type=int, default=200)
    arguments.add_argument("--call-seconds", type=float, default=20.0, help="how long a call lasts")
    arguments.add_argument("--measured", type=int, default=120, help="calls that begin while pops count")
    chosen = arguments.parse_args()
    if chosen.calls < 1 or chosen.measured < 1 or chosen.call_seconds <= 0:
        arguments.error("there is nothing to measure without calls")
    if chosen.consoles < FEWEST_CONSOLES:
        arguments.error(f"the recorded calls need at least {FEWEST_CONSOLES} consoles")
    print(uvloop.run(measure(scenes(DROPPED_EVENTS), chosen)))


if __name__ == "__main__":
    main()
