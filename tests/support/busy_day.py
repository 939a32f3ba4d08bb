"""A scripted day at a whole Ringdesk: callers of many kinds, agents who answer or do not, and faults."""

import asyncio
import random
import re
import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.support.ears import Cable
from tests.support.oracle.compare import differences
from tests.support.oracle.files import read_records
from tests.support.oracle.recordings import recordings_amiss
from tests.support.oracle.told import told_calls
from tests.support.oracle.truth import contradictions, true_calls
from tests.support.ringdesk_up import RingdeskUp
from tests.support.telephony.ami_tap import AmiTap
from tests.support.telephony.sip_phone import PhoneCall, SipPhone
from tests.support.waiting import until

USERS = {"1001": "lina", "1002": "wangwei", "1003": "zhaomin"}
AGENTS = tuple(USERS)
AT_ONCE = 8
# They also have a key for complaints, which nobody serves.
QUEUES = ("sales", "service")
PAUSED_FOR_IT = ("Auto-Pause", "declined")
LOOK_EVERY_S = 1.0
SLOWER_S = 0.3
# No quicker than a person: an answer while app_queue still dials the next phones would leave this one busy
# until the caller has gone (docs/decisions/answers-while-others-are-dialled.md).
PICKS_UP_S = 0.3
CUT_S = 3.0
LOCKED_S = 8.0
# So that phones ring and queues end soon, colleagues can be faster, and a queue can be full.
HASTE = (
    "UPDATE agents SET phone = 'desk'",
    "UPDATE queues SET ring_seconds = 4, wrap_up_seconds = 1, max_wait_seconds = 60",
    "UPDATE queues SET announce_every_seconds = 0",
    "UPDATE queues SET strategy = 'ringall' WHERE name = 'sales'",
    "UPDATE queues SET max_wait_seconds = 3, max_length = 1 WHERE name = 'complaints'",
    "DELETE FROM memberships",
    *(
        f"INSERT INTO memberships (queue, extension, penalty) VALUES ('{queue}', '{extension}', 0)"
        for queue in QUEUES
        for extension in AGENTS
    ),
)


@dataclass(frozen=True, slots=True)
class Script:
    """What happens in one call: `end` says who does what once an agent has answered, after `talk_s`."""

    key: str
    end: str
    talk_s: float
    gives_up_after_s: float | None
    silent: bool


def script(drawn: random.Random) -> Script:
    """A call of the kinds that a day brings, in about their shares."""
    end = drawn.choices(
        ("caller", "agent", "to_queue", "to_agent", "declined", "ignored"), (40, 20, 16, 12, 8, 4)
    )[0]
    impatient = drawn.random() < 0.2
    return Script(
        key=drawn.choices("123", (45, 20, 35))[0],
        end=end,
        talk_s=drawn.uniform(0.3, 2.0),
        gives_up_after_s=drawn.uniform(0.2, 9.0) if impatient else None,
        silent=drawn.random() < 0.2,
    )


Fault = Callable[["BusyDay"], Coroutine[None, None, None]]


class BusyDay:
    """The day: `faults` are done when so many calls have begun."""

    def __init__(self, ringdesk: RingdeskUp, cable: Cable, *, seed: int, faults: Mapping[int, Fault]) -> None:
        self.ringdesk = ringdesk
        self.cable = cable
        self._drawn = random.Random(seed)
        self._faults = faults
        self._scripts: dict[str, Script] = {}
        self._phones: dict[str, SipPhone] = {}
        self._lines: dict[str, PhoneCall] = {}
        self._consoles: dict[str, httpx.AsyncClient] = {}

    async def run(self, calls: int) -> None:
        """All calls, several at once; returns when the last one is over."""
        phones = self._phones.values()
        agents = [asyncio.create_task(self._agent(phone)) for phone in phones]
        agents += [asyncio.create_task(phone.stay_registered()) for phone in phones]
        agents.append(asyncio.create_task(self._keep_ready()))
        places = asyncio.Semaphore(AT_ONCE)
        try:
            async with asyncio.TaskGroup() as callers:
                for number in range(calls):
                    await places.acquire()
                    caller = f"+86138{number:08d}"
                    self._scripts[caller] = script(self._drawn)
                    callers.create_task(self._caller(caller)).add_done_callback(lambda _: places.release())
                    if number in self._faults:
                        callers.create_task(self._faults[number](self))
        finally:
            for agent in agents:
                agent.cancel()

    async def open(self) -> None:
        """Desk phones for the agents, who are ready in all queues."""
        with closing(sqlite3.connect(self.ringdesk.home / "ringdesk.db")) as database, database:
            for statement in HASTE:
                database.execute(statement)
        status, said = await self.ringdesk.command("asterisk", "render")
        assert status == 0, said
        rendered = (self.ringdesk.home / "asterisk" / "etc" / "pjsip.conf").read_text()
        for extension in AGENTS:
            password = re.search(rf"\[{extension}\]\(phone-auth\)\n.*\npassword = (.*)", rendered)
            assert password
            phone = await SipPhone(extension, self.ringdesk.sip_port, password[1]).open()
            self._phones[extension] = phone
            await phone.register()
            for queue in QUEUES:
                await self._ask("QueueAdd", Queue=queue, Interface=f"PJSIP/{extension}", MemberName=extension)

    async def rings(self) -> PhoneCall:
        """The first agent's phone that rings; the others ring on."""
        ringing = [asyncio.create_task(phone.ring()) for phone in self._phones.values()]
        done, waiting = await asyncio.wait(ringing, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
        return done.pop().result()

    def close(self) -> None:
        """Give the phones' ports back."""
        for phone in self._phones.values():
            phone.close()

    def compared(self) -> list[str]:
        """Where Ringdesk's records are not as Asterisk's, or Asterisk's contradict each other."""
        log = self.ringdesk.home / "asterisk" / "log"
        records = read_records(
            log / "cel-custom" / "ringdesk.csv", log / "queue_log", log / "cdr-csv" / "Master.csv"
        )
        truth, since = true_calls(records), records.cel[0].at
        database = self.ringdesk.home / "ringdesk.db"
        return [
            *contradictions(records, truth),
            *differences(truth, told_calls(database, since)),
            *recordings_amiss(records, database, self.ringdesk.home / "recordings", self._gaps()),
        ]

    def _gaps(self) -> list[tuple[float, float]]:
        """When a telephone did not speak although it should have: this process was kept from running."""
        calls = [call for phone in self._phones.values() for call in phone.calls.values()]
        return [gap for call in (*calls, *self._lines.values()) for gap in call.voice.gaps]

    async def until_settled(self, within_s: float = 60) -> list[str]:
        """What still differs when everything has had its time."""
        try:
            await until(self._agrees, within_s)
        except TimeoutError:
            return self.compared()
        return []

    async def _agrees(self) -> bool:
        return not await asyncio.to_thread(self.compared)

    async def _caller(self, number: str) -> None:
        wanted = self._scripts[number]
        phone = await SipPhone(number, self.ringdesk.sip_port).open()
        try:
            call = self._lines[number] = await phone.dial("4001")
            async with asyncio.timeout(wanted.gives_up_after_s):
                await asyncio.sleep(0.4)
                await call.press(wanted.key)
                if wanted.silent:
                    call.voice.fall_silent()
                await call.ended.wait()
        except TimeoutError:
            await call.hang_up()
        finally:
            call.voice.close()
            phone.close()

    async def _agent(self, phone: SipPhone) -> None:
        """One call after the other: the first offer goes as its script says, later ones are answered."""
        seen: set[str] = set()
        async with asyncio.TaskGroup() as ringing:
            while True:
                call = await phone.ring(3600)
                ringing.create_task(self._offered(phone, call, seen))

    async def _offered(self, phone: SipPhone, call: PhoneCall, seen: set[str]) -> None:
        assert call.invite is not None
        found = re.search(r"sip:([^@>]+)@", call.invite.header("from"))
        assert found
        number = found[1]
        wanted, first = self._scripts[number], number not in seen
        seen.add(number)
        if first and wanted.end in ("declined", "ignored"):
            if wanted.end == "declined":
                call.refuse()
            else:
                await call.ended.wait()
            return
        # Of those who ring at once the first one is faster.
        if await _is_over(call, PICKS_UP_S if first else PICKS_UP_S + SLOWER_S):
            return
        await call.answer()
        if not await _is_over(call, wanted.talk_s):
            await self._end(number, wanted.end if first else "agent", phone.user, call)

    async def _end(self, number: str, way: str, agent: str, call: PhoneCall) -> None:
        match way:
            case "to_queue":
                await self._redirect(number, "ringdesk-queue", "sales")
            case "to_agent":
                other = AGENTS[(AGENTS.index(agent) + 1) % len(AGENTS)]
                await self._redirect(number, "ringdesk-agent", other)
            case "caller":
                await self._lines[number].hang_up()
            case _:
                await call.hang_up()

    async def _keep_ready(self) -> None:
        """Agents who let a call go by press Ready, a look after they saw that they are paused for it."""
        seen: set[str] = set()
        while True:
            paused = {agent for agent, _, reason in await self.ringdesk.members() if reason in PAUSED_FOR_IT}
            for agent in paused & seen:
                # Not past the service, which knows why they are paused: it would pause them again.
                with suppress(httpx.HTTPError):
                    await self._press_ready(agent)
            seen = paused - seen
            await asyncio.sleep(LOOK_EVERY_S)

    async def _press_ready(self, agent: str) -> None:
        """As the agent's console does; while the service is away it does nothing."""
        if agent not in self._consoles:
            url, login = self.ringdesk.url, USERS[agent]
            # Loading the authorities that it does not need would silence all telephones meanwhile.
            console = httpx.AsyncClient(base_url=url, headers={"Origin": url}, verify=False)
            signed_in = await console.post(
                "/api/v1/session", json={"login": login, "password": self.ringdesk.password(login)}
            )
            console.headers["X-CSRF-Token"] = signed_in.raise_for_status().json()["csrf"]
            self._consoles[agent] = console
        await self._consoles[agent].post("/api/v1/agent/ready")

    async def _redirect(self, number: str, context: str, exten: str) -> None:
        """A blind transfer, if the caller has not hung up meanwhile."""
        channels = (await self.ringdesk.snapshot()).channels
        for channel in channels:
            if channel.caller_number == number and channel.channel.startswith("PJSIP/trunk"):
                await self._ask(
                    "Redirect", Channel=channel.channel, Context=context, Exten=exten, Priority="1"
                )

    async def _ask(self, action: str, **fields: str) -> None:
        secret = (self.ringdesk.home / "secrets" / "ami").read_text().strip()
        tap = await AmiTap.connect(self.ringdesk.ami_port, "ringdesk", secret)
        try:
            await tap.action(action, **fields)
        finally:
            await tap.close()


async def _is_over(call: PhoneCall, within_s: float) -> bool:
    try:
        async with asyncio.timeout(within_s):
            await call.ended.wait()
    except TimeoutError:
        return False
    return True


async def service_killed(day: BusyDay) -> None:
    """The service dies without a word; its supervisor starts it again."""
    day.ringdesk.kill("service")


async def link_cut(day: BusyDay) -> None:
    """The service cannot hear Asterisk for some seconds."""
    day.cable.cut()
    await asyncio.sleep(CUT_S)
    day.cable.mend()


async def database_locked(day: BusyDay) -> None:
    """Somebody else writes for long."""
    with closing(sqlite3.connect(day.ringdesk.home / "ringdesk.db", timeout=30)) as database:
        database.execute("BEGIN EXCLUSIVE")
        await asyncio.sleep(LOCKED_S)
        database.rollback()


@asynccontextmanager
async def busy_day(home: Path, *, seed: int, faults: Mapping[int, Fault]) -> AsyncIterator[BusyDay]:
    """A Ringdesk with a short menu, whose link to Asterisk can be cut, and its agents at their phones."""
    ringdesk = RingdeskUp(home, short_menu=True)
    cable = await Cable(ringdesk.ami_port).open()
    ringdesk.environment |= {
        "RINGDESK_AMI__PORT": str(cable.port),
        # These agents have no console that could be closed.
        "RINGDESK_DESK__SIGN_OFF_GRACE_S": "3600",
    }
    await ringdesk.start()
    day = BusyDay(ringdesk, cable, seed=seed, faults=faults)
    try:
        await day.open()
        yield day
    finally:
        day.close()
        await day.ringdesk.stop()
        await cable.close()
