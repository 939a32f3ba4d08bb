"""An Asterisk of the owner's own: we write its configuration and never start or stop it."""

import asyncio
import grp
from pathlib import Path

from asterisk_conf.apply import apply
from asterisk_conf.control import NotRunning, ask
from asterisk_conf.folders import AsteriskFolders
from asterisk_conf.ports import answers, asterisk_ports
from asterisk_conf.problem import AsteriskProblem
from asterisk_conf.program import Program, find_on_machine
from asterisk_conf.render import MARK, rendered_texts, write_files
from asterisk_conf.server import Progress, Status
from asterisk_conf.spec import TelephonySpec

# Says where the owner's Asterisk keeps its folders: not ours to decide.
_NOT_OURS = frozenset({"asterisk.conf"})


class OwnersAsterisk:
    """`folders.own_etc` is where it reads (or includes) what we render, `group` who may read it there."""

    def __init__(
        self,
        spec: TelephonySpec,
        folders: AsteriskFolders,
        *,
        group: str | None,
        program: Program | None = None,
    ) -> None:
        self._spec = spec
        self._folders = folders
        self._group = group
        self._program = program

    @property
    def folders(self) -> AsteriskFolders:
        """Where its configuration and records are."""
        return self._folders

    def program(self) -> Program | None:
        """The Asterisk of this machine."""
        if self._program is None:
            self._program = find_on_machine()
        return self._program

    async def install(self, progress: Progress) -> Program:
        """Finds it; installing is the owner's business."""
        return self._installed()

    def render(self, spec: TelephonySpec | None = None) -> tuple[Path, ...]:
        """Writes all files but asterisk.conf. Refuses to replace one that somebody else wrote."""
        if spec is not None:
            self._spec = spec
        texts = rendered_texts(self._spec, self._folders, self._installed())
        ours = {name: text for name, text in texts.items() if name not in _NOT_OURS}
        try:
            for name in ours:
                self._refuse_foreign(self._folders.etc / name)
            self._folders.incoming_recordings.mkdir(parents=True, exist_ok=True)
            return write_files(self._folders.etc, ours, self._group_id())
        except OSError as error:
            raise AsteriskProblem(
                f"{self._folders.etc} cannot be written ({error.strerror}); set "
                "asterisk.external.configuration to a folder of yours and include its files from there."
            ) from None

    async def start(self) -> Status:
        """Renders and waits for nothing: it has to run already."""
        await self.reload()
        status = await self.status()
        if not status.ready:
            raise AsteriskProblem(
                "Your own Asterisk (setting asterisk.external) does not answer on "
                f"{', '.join(status.silent_ports)}; start it and let it read {self._folders.etc}."
            )
        return status

    async def stop(self) -> None:
        """Not ours to stop."""

    async def reload(self) -> tuple[Path, ...]:
        """Renders and, where this user may, lets Asterisk read what changed."""
        return await apply(self, self._spec)

    async def status(self) -> Status:
        """What its ports say."""
        ports = asterisk_ports(self._spec)
        answered = await asyncio.gather(*(answers(port) for port in ports))
        silent = tuple(
            f"{port.purpose} ({port.number})" for port, ok in zip(ports, answered, strict=True) if not ok
        )
        program = self.program()
        version = program.version_text if program else None
        return Status(len(silent) < len(ports), not silent, None, version, silent)

    async def command(self, command: str, *, timeout_s: float = 10.0) -> str:
        """Through the console of the machine's Asterisk, which not every user may."""
        try:
            return await ask((*self._installed().command, "-rx", command), timeout_s=timeout_s)
        except NotRunning:
            raise AsteriskProblem(
                "The console of your own Asterisk cannot be reached by this user; run: "
                f"sudo asterisk -rx '{command}'"
            ) from None

    def pid(self) -> int | None:
        """Never a process of ours."""
        return None

    def _installed(self) -> Program:
        program = self.program()
        if program is None:
            raise AsteriskProblem(
                "The setting asterisk.external says that Asterisk is yours, but no Asterisk 20 or later is "
                "installed; install it, or remove the setting."
            )
        return program

    def _refuse_foreign(self, path: Path) -> None:
        if path.is_file() and not path.read_text(errors="replace").startswith(MARK):
            raise AsteriskProblem(
                f"{path} was not written by Ringdesk and is left as it is; move it away, or set "
                "asterisk.external.configuration to another folder."
            )

    def _group_id(self) -> int | None:
        if self._group is None:
            return None
        try:
            return grp.getgrnam(self._group).gr_gid
        except KeyError:
            raise AsteriskProblem(
                f"This machine has no group {self._group} (asterisk.external.group)."
            ) from None
