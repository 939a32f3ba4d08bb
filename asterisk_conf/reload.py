"""Lets a running Asterisk read a changed configuration, modules that are new in it included."""

from typing import Protocol

from asterisk_conf.modules import WANTED, not_running
from asterisk_conf.program import Program


class Running(Protocol):
    """What of an Asterisk is needed here."""

    def program(self) -> Program | None:
        """Whose modules there are."""

    async def command(self, command: str) -> str:
        """Asks its console."""


async def reload(server: Running) -> None:
    """Loads first what the dialplan may call; Asterisk itself reads modules.conf at its start only."""
    program = server.program()
    if program is not None:
        for name in not_running(await server.command("module show"), program.available(WANTED)):
            await server.command(f"module load {name}.so")
    await server.command("core reload")
