"""The service: builds its parts, gives each its task, and ends them all together."""

import asyncio
import faulthandler
import gc
import signal
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from ringdesk.assembly import desk, doors, firm, jobs, menus, records, refused_calls, telephony
from ringdesk.assembly.core import Core, load_core
from ringdesk.assembly.open_files import Shares, raise_limit, shares
from ringdesk.assembly.part import Health, Part
from ringdesk.installation.installation import Installation
from storage.database import Database

log = structlog.get_logger(__name__)

ENDS_WITHIN_S = 8.0


async def run(installation: Installation) -> None:
    """Serve until SIGTERM or SIGINT. Raises what ended a part that must not end."""
    stop = asyncio.Event()

    def end() -> None:
        stop.set()
        # What was heard is in the spool by then. Nothing else is worth waiting for: a thread on a disk that
        # stalls, a database that somebody locked. Where it hangs is written down.
        faulthandler.dump_traceback_later(ENDS_WITHIN_S, exit=True)

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    database = installation.database()
    try:
        serving = asyncio.create_task(_serve(installation, database))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        serving.cancel()
        try:
            await serving
        except asyncio.CancelledError:
            log.info("stopped")
    finally:
        await database.close()


async def _serve(installation: Installation, database: Database) -> None:
    service = await Service.build(installation, database, shares(raise_limit()))
    await service.load()
    await service.serve()


@dataclass(frozen=True, slots=True)
class Service:
    """All parts in one event loop; each has its task, and one that fails ends all of them."""

    core: Core
    line: telephony.Line
    firm: firm.Firm
    parts: Sequence[Part]

    @classmethod
    async def build(cls, installation: Installation, database: Database, shares: Shares) -> "Service":
        """Everything made, nothing started."""
        core, health = await load_core(installation, database, shares), Health()
        kept = records.build(core)
        refused = refused_calls.build(core)
        line = await telephony.build(core, refused.refusals, kept.recorder.until_room)
        work = firm.build(core, line)
        voice = menus.build(core, lambda: work.office.hotlines)
        parts = (
            # What an earlier run left is written before anybody asks the database what was true.
            kept.writing,
            *line.parts,
            kept.intake,
            *refused.parts,
            *desk.build(core, line),
            *work.parts,
            voice.flows,
            *doors.build(core, line, voice.server, health),
            jobs.build(core),
        )
        health.follow(parts)
        return cls(core, line, work, parts)

    async def load(self) -> None:
        """What each part needs from the disk, one after the other."""
        for part in self.parts:
            await part.load()

    async def serve(self) -> None:
        """Run all parts until cancelled; they are loaded."""
        # What is loaded by now stays to the end. Each time that all of it was looked through for garbage,
        # everything stood still for a tenth of a second.
        gc.collect()
        gc.freeze()
        async with asyncio.TaskGroup() as tasks:
            for part in self.parts:
                tasks.create_task(part.run(), name=part.name)
