"""What can be done with an Asterisk, whoever owns it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from asterisk_conf.folders import AsteriskFolders
from asterisk_conf.program import Program
from asterisk_conf.spec import TelephonySpec

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Status:
    """What can be said about it: `ready` is true when it has booted and answers on every port.

    `pid` is known for our own process only, `calls` when its console may be asked.
    """

    running: bool
    ready: bool
    pid: int | None = None
    version: str | None = None
    silent_ports: tuple[str, ...] = ()
    calls: int | None = None


class AsteriskServer(Protocol):
    """Our private Asterisk, or one that belongs to the owner of the machine."""

    @property
    def folders(self) -> AsteriskFolders:
        """Where its configuration and records are."""
        ...

    def program(self) -> Program | None:
        """The program, None when there is none."""
        ...

    async def install(self, progress: Progress) -> Program:
        """Sees to it that there is one. Raises AsteriskProblem."""
        ...

    def render(self, spec: TelephonySpec | None = None) -> tuple[Path, ...]:
        """Writes the configuration, of a new spec if one is given; returns the files that changed."""
        ...

    async def start(self) -> Status:
        """Returns when calls can be taken. Raises AsteriskProblem."""
        ...

    async def stop(self) -> None:
        """Ends it with all its calls. Raises AsteriskProblem when it is not ours."""
        ...

    async def reload(self) -> tuple[Path, ...]:
        """Renders again and lets Asterisk read what changed, without touching calls (`apply`)."""
        ...

    async def status(self) -> Status:
        """Asks the running Asterisk; never raises for one that is away."""
        ...

    async def command(self, command: str, *, timeout_s: float = 10.0) -> str:
        """The answer to a console command. Raises AsteriskProblem."""
        ...

    def pid(self) -> int | None:
        """The process id of an Asterisk that we started, or None."""
        ...
