"""Keeps Asterisk's own records from filling the disk: what has grown is put aside, the oldest is dropped."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import structlog

from asterisk_conf.folders import AsteriskFolders
from asterisk_conf.owners_asterisk import OwnersAsterisk
from asterisk_conf.problem import AsteriskProblem
from asterisk_conf.server import AsteriskServer

log = structlog.get_logger(__name__)

# A call writes 5 to 10 KB of CEL, so this is what some 9,000 calls leave. Of each file ten pieces are kept:
# 700 MB of CEL, and much less of the others in the same time.
MOST_BYTES = 64 << 20
KEPT = 10
EVERY_S = 60.0


async def keep_records_small(server: AsteriskServer) -> None:
    """Looks after the files until cancelled; an owner's Asterisk is left to the owner's logrotate."""
    if isinstance(server, OwnersAsterisk):
        return
    while True:
        await asyncio.sleep(EVERY_S)
        try:
            await rotate_records(server)
        except (AsteriskProblem, OSError) as problem:
            # The next look tries again what is left to do.
            log.warning("Asterisk's records not put aside", problem=str(problem))


async def rotate_records(server: AsteriskServer, most_bytes: int = MOST_BYTES, kept: int = KEPT) -> None:
    """Renames every file that is larger than `most_bytes` and keeps the `kept` newest pieces of each.

    Renamed, not copied and cut: whoever follows a file reads the old one to its end. Asterisk opens CEL and
    CDR for each record, queue_log and messages once: it goes on writing into the renamed ones until told.
    """
    for path in records(server.folders):
        if path.is_file() and path.stat().st_size > most_bytes:
            aside = path.with_name(f"{path.name}.{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
            path.rename(aside)
            log.info("put aside", file=str(aside))
        for piece in _pieces(path)[:-kept]:
            piece.unlink()
    # Also when an earlier look renamed one and could not tell.
    if any(_pieces(path) and not path.exists() for path in held_open(server.folders)):
        # Finding the program takes a while the first time, which is not for the event loop.
        await asyncio.to_thread(server.program)
        await server.command("logger reload")


def records(folders: AsteriskFolders) -> tuple[Path, ...]:
    """The files that grow with every call."""
    return (folders.cel, folders.cdr, *held_open(folders))


def held_open(folders: AsteriskFolders) -> tuple[Path, ...]:
    """Those that Asterisk opens once."""
    return (folders.queue_log, folders.messages)


def _pieces(path: Path) -> list[Path]:
    """What was put aside of a file, the oldest first."""
    return sorted(path.parent.glob(f"{path.name}.*"))
