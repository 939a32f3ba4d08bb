"""Processes as the kernel knows them: our own, those taken over, and whether a recorded one still lives."""

import asyncio
import os
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ProcessIdentity:
    """A process id with its start time, for ids are given again and a recorded one may mean a stranger."""

    pid: int
    started_ticks: int

    @classmethod
    def of(cls, pid: int) -> "ProcessIdentity | None":
        """The identity of a process that runs now, or None; one that only waits to be reaped does not run."""
        fields = _stat_fields(pid)
        if fields is None or fields[0] == "Z":
            return None
        return cls(pid, int(fields[19]))

    @property
    def alive(self) -> bool:
        """Whether this very process still runs."""
        return ProcessIdentity.of(self.pid) == self


def _stat_fields(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat from the third on: the second is a name that may hold blanks."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def signal_group(pid: int, number: signal.Signals) -> None:
    """Signals a process that leads its own group, with everything it started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


async def end_group(identity: ProcessIdentity, within_s: float) -> None:
    """Asks a process and its group to end, and insists after a while; it need not be our child."""
    signal_group(identity.pid, signal.SIGTERM)
    with suppress(TimeoutError):
        await asyncio.wait_for(Adopted(identity).wait(), within_s)
    # The leader may be gone while something it started lives on.
    signal_group(identity.pid, signal.SIGKILL)


class Running(Protocol):
    """A process that is watched."""

    @property
    def pid(self) -> int:
        """Its id."""
        ...

    @property
    def returncode(self) -> int | None:
        """How it ended (`UNKNOWN` when only its parent was told), None while it runs."""
        ...

    async def wait(self) -> None:
        """Until it has ended."""
        ...


UNKNOWN = 256


class Started:
    """A child of this process. It may outlive us: asyncio's own would be killed together with its object."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self.pid = process.pid

    @property
    def returncode(self) -> int | None:
        """As of `Running`."""
        return self._process.poll()

    async def wait(self) -> None:
        """As of `Running`."""
        if self.returncode is None:
            await _end_of(self.pid)
            self._process.wait()


class Adopted:
    """A process that an earlier run started."""

    def __init__(self, identity: ProcessIdentity) -> None:
        self._identity = identity
        self.pid = identity.pid

    @property
    def returncode(self) -> int | None:
        """As of `Running`."""
        return None if self._identity.alive else UNKNOWN

    async def wait(self) -> None:
        """As of `Running`."""
        if self._identity.alive:
            await _end_of(self.pid)


async def _end_of(pid: int) -> None:
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_reader(handle, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(handle)
        os.close(handle)


def own_identity() -> ProcessIdentity:
    """This process."""
    identity = ProcessIdentity.of(os.getpid())
    if identity is None:
        raise RuntimeError("/proc is not mounted")
    return identity
