"""An Asterisk of our own: installed when missing, rendered, started, asked, reloaded and stopped."""

import asyncio
import contextlib
import os
import signal
import subprocess
import time
from collections.abc import AsyncIterator
from pathlib import Path

from asterisk_conf.apply import apply
from asterisk_conf.control import NotRunning, run_command
from asterisk_conf.folders import AsteriskFolders
from asterisk_conf.lib_folder import prepare_lib
from asterisk_conf.modules import ESSENTIAL, not_running
from asterisk_conf.ports import answers, asterisk_ports, first_refusal
from asterisk_conf.private_copy import install_copy, installed_copy
from asterisk_conf.problem import AsteriskProblem
from asterisk_conf.program import Program, find_on_machine
from asterisk_conf.render import render
from asterisk_conf.server import Progress, Status
from asterisk_conf.spec import TelephonySpec

START_SECONDS = 60.0
STOP_SECONDS = 20.0
_PROBE_EVERY_S = 0.05


class PrivateAsterisk:
    """One Asterisk process of this user, living in `folders`. `cache` keeps downloaded copies."""

    def __init__(self, spec: TelephonySpec, folders: AsteriskFolders, cache: Path) -> None:
        self._spec = spec
        self._folders = folders
        self._cache = cache
        self._program: Program | None = None

    @property
    def folders(self) -> AsteriskFolders:
        """Where it lives."""
        return self._folders

    def program(self) -> Program | None:
        """The Asterisk of this machine if it is new enough, else the private copy, else None."""
        if self._program is None:
            self._program = find_on_machine() or installed_copy(self._cache)
        return self._program

    async def install(self, progress: Progress) -> Program:
        """Makes the private copy unless there is an Asterisk already."""
        present = self.program()
        if present is None:
            present = await install_copy(self._cache, progress)
            self._program = present
        return present

    def render(self, spec: TelephonySpec | None = None) -> tuple[Path, ...]:
        """Writes the configuration, of a new spec if one is given; returns the files that changed."""
        if spec is not None:
            self._spec = spec
        program = self._installed()
        changed = render(self._spec, self._folders, program)
        prepare_lib(self._folders, program)
        return changed

    async def start(self) -> Status:
        """Renders, starts and returns when calls can be taken. Does nothing when it runs already.

        Raises AsteriskProblem with one sentence when a port is in use or Asterisk does not come up.
        """
        if self.pid() is not None:
            await self._until_ready(None)
            await self.reload()
            return await self._until_ready(None)
        self.render()
        refusal = first_refusal(asterisk_ports(self._spec))
        if refusal is not None:
            raise AsteriskProblem(refusal)
        process = self._spawn()
        self.record(process.pid)
        try:
            status = await self._until_ready(process)
            await self._refuse_half_a_start()
            return status
        except BaseException:
            await self.stop()
            raise

    def command_line(self) -> tuple[str, ...]:
        """Runs it in the foreground, for a supervisor that starts it: `render` first, `record` after."""
        return (*self._installed().command, "-f", "-C", str(self._folders.asterisk_conf))

    def record(self, pid: int) -> None:
        """Notes the process that runs `command_line`, so that `pid`, `status` and `stop` know it."""
        self._pid_file.write_text(f"{pid}\n")

    async def stop(self) -> None:
        """Ends it with all calls, at the latest after 20 s; does nothing when it does not run."""
        pid = self.pid()
        if pid is None:
            self._pid_file.unlink(missing_ok=True)
            return
        for number in (signal.SIGTERM, signal.SIGKILL):
            # It may end by itself in this very moment.
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
            if await self._gone_within(STOP_SECONDS):
                break
        self._pid_file.unlink(missing_ok=True)

    async def reload(self) -> tuple[Path, ...]:
        """Renders again and lets Asterisk read what changed, without touching calls."""
        return await apply(self, self._spec)

    async def status(self) -> Status:
        """Asks the running Asterisk; never raises for one that is away."""
        pid = self.pid()
        if pid is None:
            return Status(running=False, ready=False)
        try:
            booted = "fully booted" in await self.command("core waitfullybooted", timeout_s=3.0)
            calls = _first_number(await self.command("core show calls", timeout_s=3.0))
        except AsteriskProblem:
            return Status(running=True, ready=False, pid=pid)
        ports = asterisk_ports(self._spec)
        answered = await asyncio.gather(*(answers(port) for port in ports))
        silent = tuple(
            f"{port.purpose} ({port.number})" for port, ok in zip(ports, answered, strict=True) if not ok
        )
        return Status(True, booted and not silent, pid, self._installed().version_text, silent, calls)

    async def command(self, command: str, *, timeout_s: float = 10.0) -> str:
        """The answer to a console command."""
        return await run_command(self._installed(), self._folders, command, timeout_s=timeout_s)

    def pid(self) -> int | None:
        """The process id of the Asterisk that lives in these folders, or None.

        One that has ended and only waits for its parent has no command line any more.
        """
        try:
            pid = int(self._pid_file.read_text())
            arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError):
            return None
        ours = os.fsencode(self._folders.asterisk_conf) in arguments
        return pid if ours else None

    @property
    def _pid_file(self) -> Path:
        return self._folders.run / "ringdesk-asterisk.pid"

    def _installed(self) -> Program:
        program = self.program()
        if program is None:
            raise AsteriskProblem(
                "Asterisk is not installed; run scripts/up, or install Asterisk 20 or later."
            )
        return program

    def _spawn(self) -> subprocess.Popen[bytes]:
        """In a session of its own: Ctrl-C in the terminal is for us, and we stop it in order."""
        with self._folders.output.open("wb") as output:
            return subprocess.Popen(  # noqa: S603 - a path that we found ourselves
                self.command_line(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self._folders.root,
                start_new_session=True,
            )

    async def _until_ready(self, process: subprocess.Popen[bytes] | None) -> Status:
        status = Status(running=True, ready=False)
        async for _ in _probes(START_SECONDS):
            if process is not None and process.poll() is not None:
                raise AsteriskProblem(f"Asterisk ended at once: {self._last_words()}")
            with contextlib.suppress(NotRunning):
                status = await self.status()
            if status.ready:
                return status
        silent = ", ".join(status.silent_ports) or "its control socket"
        raise AsteriskProblem(
            f"Asterisk did not become ready in {START_SECONDS:g} s (no answer on {silent}); "
            f"the reason is in {self._folders.messages}."
        )

    async def _refuse_half_a_start(self) -> None:
        """Asterisk calls itself booted when a module failed, and answers on its ports all the same."""
        missing = not_running(await self.command("module show"), sorted(ESSENTIAL))
        if missing:
            raise AsteriskProblem(
                f"Asterisk started without {', '.join(missing)}, so it cannot take calls; the reason is in "
                f"{self._folders.messages}."
            )

    async def _gone_within(self, seconds: float) -> bool:
        async for _ in _probes(seconds):
            if self.pid() is None:
                return True
        return False

    def _last_words(self) -> str:
        for path in (self._folders.output, self._folders.messages):
            lines = path.read_text(errors="replace").strip().splitlines() if path.is_file() else []
            if lines:
                return lines[-1]
        return f"it wrote nothing; try {self._folders.messages}"


async def _probes(seconds: float) -> AsyncIterator[None]:
    """One turn for each try, until the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield
        await asyncio.sleep(_PROBE_EVERY_S)


def _first_number(text: str) -> int | None:
    word = text.split(maxsplit=1)[0] if text.strip() else ""
    return int(word) if word.isdigit() else None
