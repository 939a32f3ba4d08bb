"""What Asterisk recorded of both sides; it closes the files in another thread, a moment after the hang-up."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.support.sound import Heard, heard
from tests.support.telephony.lab import Lab
from tests.support.waiting import until


@dataclass(frozen=True, slots=True)
class Sides:
    """Both voices of one recording."""

    caller: Heard
    agent: Heard


async def recorded_sides(lab: Lab, name: str) -> Sides:
    """Both voices, once Asterisk has no file of the recording open: before, its length stands nowhere."""
    descriptors = Path(f"/proc/{lab.asterisk.pid()}/fd")

    async def closed() -> bool:
        return not any(name in path for path in _open_files(descriptors))

    await until(closed)
    folder = lab.folders.incoming_recordings
    return Sides(*(heard(folder / f"{name}-{side}.wav") for side in ("caller", "agent")))


def _open_files(folder: Path) -> Iterator[str]:
    for entry in folder.iterdir():
        with suppress(OSError):
            yield os.readlink(entry)
