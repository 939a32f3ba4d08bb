"""What the service costs beside Asterisk on the same real calls: python -m bench.service_cpu [--calls 90].

SIPp callers go through the menu into a queue, telephones of agents answer, talk and are hung up on, consoles
watch. Callers come evenly and whoever leaves is replaced: the number of simultaneous calls stays, and that of
calls a second. While they do, the processor time of each process is read.
"""

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from string import Template

import httpx

from asterisk_conf.secrets import phone_password
from bench.common import table
from bench.pop_consoles import open_consoles
from bench.pop_service import Seat, prepare
from storage.database import Database
from storage.repositories.routing import Memberships, Queues
from storage.repositories.users import Agents
from tests.support.processor import cpu_seconds
from tests.support.ringdesk_up import RingdeskUp, running_ringdesk
from tests.support.sipp_caller import SCENARIO
from tests.support.telephony.sip_phone import SipPhone

COOKIE = "ringdesk_session"
QUEUE = "sales"
QUEUE_KEY = "1"
KEY_AFTER_MS = 8000
ANSWER_AFTER_S = 1.0
WRAP_UP_SECONDS = 3
# Callers come a little faster than others leave; SIPp's limit keeps the number.
AHEAD = 1.05
PROCESSES = ("asterisk", "service", "watchdog")


@dataclass(frozen=True, slots=True)
class Plan:
    """How much to do. `stay_s`: how long a caller stays after the menu."""

    calls: int
    agents: int
    supervisors: int
    seconds: float
    stay_s: int

    @property
    def call_s(self) -> float:
        """How long a call lasts."""
        return KEY_AFTER_MS / 1000 + self.stay_s

    @property
    def between_callers_s(self) -> float:
        """How long after one caller the next one comes."""
        return self.call_s / self.calls / AHEAD


@dataclass(frozen=True, slots=True)
class Measured:
    """Processor time of each process as a part of one core, and what went on meanwhile.

    `calls` are the simultaneous calls before and after, `answered` those that agents took, `load` is the
    machine's.
    """

    used: Mapping[str, float]
    calls: tuple[int, int]
    answered: int
    load: float


async def measure(plan: Plan, home: Path) -> Measured:
    """Everything from an empty home folder to the figures."""
    seats = await prepare(home, plan.agents, plan.supervisors)
    await _give_desk_phones(home)
    async with running_ringdesk(home) as ringdesk, AsyncExitStack() as stack:
        agents = [seat for seat in seats if seat.extension]
        for seat in agents:
            phone = await _phone(ringdesk, seat)
            stack.callback(phone.close)
            stack.push_async_callback(_ended, asyncio.create_task(_work_for_ever(phone)))
        headers = [{"Cookie": f"{COOKIE}={seat.token}", "Origin": ringdesk.url} for seat in seats]
        for console in await open_consoles(ringdesk.port, "/api/v1/live", headers):
            stack.callback(console.close)
        await _make_ready(ringdesk, agents)
        await stack.enter_async_context(_Callers(ringdesk.sip_port, home, plan))
        calls = await _until_there_are(ringdesk, plan)
        answered = _answered(home)
        began, before = time.monotonic(), _processor_time(ringdesk)
        await asyncio.sleep(plan.seconds)
        lasted, after, load = time.monotonic() - began, _processor_time(ringdesk), os.getloadavg()[0]
        used = {name: (after[name] - before[name]) / lasted for name in PROCESSES}
        return Measured(used, (calls, await _calls(ringdesk)), _answered(home) - answered, load)


def _processor_time(ringdesk: RingdeskUp) -> dict[str, float]:
    return {name: cpu_seconds(ringdesk.pid(name)) for name in PROCESSES}


def _answered(home: Path) -> int:
    """Conversations with agents that Asterisk has noted so far."""
    return (home / "asterisk" / "log" / "queue_log").read_text().count("|CONNECT|")


async def _give_desk_phones(home: Path) -> None:
    """A browser's phone needs a browser; what the service does is the same for a telephone on the desk."""
    database = Database(f"sqlite:///{home / 'ringdesk.db'}")
    async with database.transaction() as session:
        queue = await Queues(session).by_name(QUEUE)
        assert queue is not None
        queue.wrap_up_seconds = WRAP_UP_SECONDS
        for agent in await Agents(session).all():
            agent.phone = "desk"
            await Memberships(session).put(queue=QUEUE, extension=agent.extension)
    await database.close()


async def _phone(ringdesk: RingdeskUp, seat: Seat) -> SipPhone:
    assert seat.extension is not None
    master = (ringdesk.home / "secrets" / "phones").read_text().strip()
    database = Database(f"sqlite:///{ringdesk.home / 'ringdesk.db'}")
    async with database.session() as session:
        agent = await Agents(session).by_extension(seat.extension)
    await database.close()
    password = phone_password(master, seat.extension, agent.phone_epoch if agent else 0)
    phone = await SipPhone(seat.extension, ringdesk.sip_port, password).open()
    await phone.register()
    return phone


async def _work_for_ever(phone: SipPhone) -> None:
    await asyncio.gather(phone.stay_registered(), _answer(phone))


async def _answer(phone: SipPhone) -> None:
    while True:
        call = await phone.ring(timeout_s=3600)
        await asyncio.sleep(ANSWER_AFTER_S)
        if not call.ended.is_set():
            await call.answer()


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _make_ready(ringdesk: RingdeskUp, seats: list[Seat]) -> None:
    for seat in seats:
        headers = {"Origin": ringdesk.url, "Cookie": f"{COOKIE}={seat.token}"}
        async with httpx.AsyncClient(base_url=ringdesk.url, headers=headers) as client:
            me = (await client.get("/api/v1/session")).raise_for_status().json()
            ready = await client.post("/api/v1/agent/ready", headers={"X-CSRF-Token": me["csrf"]})
            ready.raise_for_status()


class _Callers:
    """SIPp, which keeps the number of simultaneous calls until the end of the block."""

    def __init__(self, port: int, folder: Path, plan: Plan) -> None:
        self._port = port
        self._folder = folder
        self._plan = plan
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> None:
        plan, folder = self._plan, self._folder
        voice = folder / "voice.ulaw"
        voice.write_bytes(b"\xff" * 16_000)
        numbers = folder / "callers.csv"
        numbers.write_text("RANDOM\n" + "".join(f"+86138{n:08};caller {n};{QUEUE_KEY}\n" for n in range(500)))
        scenario = folder / "caller.xml"
        values = {"voice": voice, "key_after_ms": KEY_AFTER_MS, "stay_ms": plan.stay_s * 1000}
        scenario.write_text(Template(SCENARIO.read_text()).substitute(values))
        self._process = await asyncio.create_subprocess_exec(
            "sipp", f"127.0.0.1:{self._port}", "-sf", str(scenario), "-inf", str(numbers), "-s", "4001",
            "-i", "127.0.0.1", "-mi", "127.0.0.1", "-l", str(plan.calls), "-r", "1",
            "-rp", str(round(plan.between_callers_s * 1000)), "-nostdin",
            cwd=folder, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip

    async def __aexit__(self, *_: object) -> None:
        assert self._process is not None
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()


async def _until_there_are(ringdesk: RingdeskUp, plan: Plan) -> int:
    """Waits until the first ones leave and nearly all are there; how many there are."""
    await asyncio.sleep(plan.call_s)
    count = 0
    try:
        async with asyncio.timeout(plan.call_s + 60):
            while (count := await _calls(ringdesk)) < plan.calls * 0.95:  # noqa: ASYNC110 - it is asked
                await asyncio.sleep(5)
    except TimeoutError:
        raise SystemExit(
            f"This machine does not carry {plan.calls} calls: there were {count} at last."
        ) from None
    return count


async def _calls(ringdesk: RingdeskUp) -> int:
    """Calls from outside that Asterisk has now; each has a channel, an answered one two."""
    _, printed = await ringdesk.command("asterisk", "status")
    count = printed.rpartition("calls: ")[2].strip()
    return int(count) if count.isdigit() else 0


def main() -> None:
    """Measures and prints a table for docs/benchmarks.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=90, help="simultaneous calls")
    parser.add_argument("--agents", type=int, default=30)
    parser.add_argument("--supervisors", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=120.0, help="how long to measure")
    parser.add_argument("--stay", type=int, default=120, help="seconds a caller stays after the menu")
    given = parser.parse_args()
    plan = Plan(given.calls, given.agents, given.supervisors, given.seconds, given.stay)
    with tempfile.TemporaryDirectory() as folder:
        measured = asyncio.run(measure(plan, Path(folder) / "var"))
    base = measured.used["asterisk"]
    rows = [[name, f"{part:.1%}", f"{part / base:.2f}"] for name, part in measured.used.items()]
    title = f"Service beside Asterisk: {plan.calls} calls at once, {plan.agents} agents"
    print(table(title, ["process", "of one core", "to Asterisk"], rows))
    begin, end = measured.calls
    print(
        f"\n{begin} calls at the beginning, {end} after {plan.seconds:.0f} s; agents took {measured.answered}"
    )
    print(f"in that time. Load of the machine: {measured.load:.1f}.")


if __name__ == "__main__":
    main()
