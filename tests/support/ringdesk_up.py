"""A whole Ringdesk for tests: `ringdesk up` with its own home folder and ports, stopped at the end."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import SecretStr

from cti.ami.snapshot import Snapshot, SnapshotChannel, take_snapshot
from cti.settings import AmiSettings
from ringdesk.health.ask import Health, ask_health
from ringdesk.installation.ami_session import ami_session
from ringdesk.supervision.process import ProcessIdentity
from tests.support.ports import free_ports
from tests.support.telephony.lab import telephony_ports
from tests.support.waiting import until

CLONE = Path(__file__).parents[2]
SHORT_MENU = Path(__file__).parent / "short_menu"
READY_WITHIN_S = 240
STOP_WITHIN_S = 30


class RingdeskUp:
    """A running `ringdesk up`, as its user and its operator see it."""

    def __init__(
        self,
        home: Path,
        *options: str,
        ports_of: "RingdeskUp | None" = None,
        database_url: str | None = None,
        files: int | None = None,
        short_menu: bool = False,
    ) -> None:
        """With `files` none of its processes may have more than so many files open.

        With `short_menu` callers hear one word before their key; the shipped menu is four times as long.
        """
        ports = telephony_ports()
        self._prefix = () if files is None else ("prlimit", f"--nofile={files}:{files}")
        self.home = home
        self._options = options
        self.sip_port = ports.sip
        self.ami_port, self.agi_port = ports.ami, ports.agi
        self.wss_port, self.port, self.local_port = free_ports(3)
        self.output: list[str] = []
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self.environment = {
            **os.environ,
            "PYTHONPATH": str(CLONE),
            "RINGDESK_HOME": str(home),
            "RINGDESK_PORT": str(self.port),
            "RINGDESK_LOCAL_PORT": str(self.local_port),
            "RINGDESK_ASTERISK__SIP_PORT": str(ports.sip),
            "RINGDESK_ASTERISK__HTTP_PORT": str(ports.http),
            "RINGDESK_ASTERISK__WSS_PORT": str(self.wss_port),
            "RINGDESK_ASTERISK__AMI_PORT": str(ports.ami),
            "RINGDESK_ASTERISK__AGI_PORT": str(ports.agi),
            "RINGDESK_ASTERISK__CAPTURE_PORT": str(ports.capture),
            "RINGDESK_ASTERISK__RTP_FIRST": str(ports.rtp_first),
            "RINGDESK_ASTERISK__RTP_LAST": str(ports.rtp_last),
        }
        if database_url is not None:
            self.environment["RINGDESK_DATABASE_URL"] = database_url
        if short_menu:
            self.environment["RINGDESK_IVR__FLOWS_FOLDER"] = str(SHORT_MENU)
        if ports_of is not None:
            self.environment = dict(ports_of.environment)
            self.port, self.wss_port = ports_of.port, ports_of.wss_port
            self.local_port = ports_of.local_port
            self.sip_port = ports_of.sip_port
            self.ami_port, self.agi_port = ports_of.ami_port, ports_of.agi_port

    @property
    def status(self) -> int | None:
        """The exit status, None while it runs."""
        return self._process.returncode if self._process else None

    async def ended(self) -> int:
        """The exit status of a run that ends by itself."""
        assert self._process is not None
        async with asyncio.timeout(STOP_WITHIN_S):
            return await self._process.wait()

    def send(self, number: signal.Signals) -> None:
        """Sends a signal to `ringdesk up` itself."""
        assert self._process is not None
        self._process.send_signal(number)

    @property
    def url(self) -> str:
        """Where the console is."""
        return f"http://localhost:{self.port}"

    def password(self, login: str) -> str:
        """The generated password that `ringdesk up` prints."""
        return (self.home / "secrets" / f"login-{login}").read_text().strip()

    def pid(self, child: str) -> int:
        """The process id of asterisk, service or watchdog, as it runs now."""
        instance = json.loads((self.home / "run" / "instance.json").read_text())
        return int(instance["children"][child]["pid"])

    async def start(self) -> None:
        """Returns when it says that it is ready."""
        self._process = await asyncio.create_subprocess_exec(
            *self._prefix,
            sys.executable,
            "-m",
            "ringdesk",
            "up",
            *self._options,
            cwd=CLONE,
            env=self.environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        ready = asyncio.Event()
        self._reader = asyncio.create_task(self._read(ready))
        try:
            async with asyncio.timeout(READY_WITHIN_S):
                await ready.wait()
        except TimeoutError:
            await self.stop()
        if not any("Ringdesk is ready" in line for line in self.output):
            await self._process.wait()
            raise RuntimeError("ringdesk up did not become ready:\n" + "\n".join(self.output))

    async def _read(self, ready: asyncio.Event) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self.output.append(line.decode().rstrip())
            if "Ringdesk is ready" in self.output[-1]:
                ready.set()
        ready.set()

    async def stop(self) -> None:
        """Ctrl-C, as its user does it; whatever is left after a time is killed by its process id."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGINT)
            try:
                async with asyncio.timeout(STOP_WITHIN_S):
                    await self._process.wait()
            except TimeoutError:
                os.killpg(self._process.pid, signal.SIGKILL)
                await self._process.wait()
        if self._reader is not None:
            await self._reader

    async def command(self, *words: str, typed: str = "") -> tuple[int, str]:
        """Runs `ringdesk WORDS` in this installation; exit status and output. `typed` is its input."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "ringdesk",
            *words,
            cwd=CLONE,
            env=self.environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate(typed.encode())
        return process.returncode or 0, output.decode()

    def kill(self, child: str, number: signal.Signals = signal.SIGKILL) -> ProcessIdentity | None:
        """Sends a signal to one child; returns who it was."""
        pid = self.pid(child)
        identity = ProcessIdentity.of(pid)
        os.kill(pid, number)
        return identity

    async def health(self) -> Health:
        """The service's own word, at its own door."""
        return await ask_health(self.home / "run" / "service.sock")

    async def until_healthy(self, within_s: float = 60) -> None:
        """Waits until calls can be taken."""

        async def healthy() -> bool:
            return (await self.health()).ok

        await until(healthy, within_s)

    async def until_said(self, words: str, within_s: float = 60) -> None:
        """Wait until `ringdesk up` has printed these words."""

        async def there() -> bool:
            return any(words in line for line in self.output)

        await until(there, within_s)

    async def snapshot(self) -> Snapshot:
        """Asterisk's own picture."""
        secret = SecretStr((self.home / "secrets" / "ami").read_text().strip())
        async with ami_session(AmiSettings(port=self.ami_port, secret=secret)) as link:
            return await take_snapshot(link)

    async def until_caller_in(self, application: str, within_s: float = 30) -> None:
        """Waits until a hotline's caller is in AGI (the menu) or Queue."""

        async def there() -> bool:
            channels = (await self.snapshot()).channels
            return any(c.application == application and c.call_id == c.uniqueid for c in channels)

        await until(there, within_s)

    async def until_waiting(self, count: int, within_s: float = 60) -> None:
        """Waits until so many callers are in queues."""

        async def there() -> bool:
            return sum(len(queue.calls) for queue in (await self.snapshot()).queues) == count

        await until(there, within_s)

    async def hang_up_all(self) -> None:
        """Ends what callers left on the line: a SIPp that was killed says no goodbye."""
        await self._hang_up(lambda channel: True)

    async def hang_up_callers(self) -> None:
        """As if each caller put the receiver down; a phone that rings for one is left to Asterisk."""
        await self._hang_up(lambda channel: channel.call_id == channel.uniqueid)

    async def _hang_up(self, wanted: Callable[[SnapshotChannel], bool]) -> None:
        secret = SecretStr((self.home / "secrets" / "ami").read_text().strip())
        async with ami_session(AmiSettings(port=self.ami_port, secret=secret)) as link:

            async def quiet() -> bool:
                channels = [it for it in (await take_snapshot(link)).channels if wanted(it)]
                for channel in channels:
                    await link.action({"Action": "Hangup", "Channel": channel.channel})
                return not channels

            await until(quiet)

    async def members(self) -> set[tuple[str, str, str]]:
        """(agent, queue, pause reason) as Asterisk has them."""
        queues = (await self.snapshot()).queues
        return {(m.name, queue.name, m.paused_reason) for queue in queues for m in queue.members}


@asynccontextmanager
async def running_ringdesk(
    home: Path,
    *options: str,
    database_url: str | None = None,
    files: int | None = None,
    short_menu: bool = False,
) -> AsyncIterator[RingdeskUp]:
    """Started with these options of `up`, and stopped whatever happens; without a URL it keeps SQLite."""
    ringdesk = RingdeskUp(home, *options, database_url=database_url, files=files, short_menu=short_menu)
    await ringdesk.start()
    try:
        yield ringdesk
    finally:
        await ringdesk.stop()
