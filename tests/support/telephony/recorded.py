"""Waits for what Asterisk records: it closes the files in another thread, a moment after the hang-up."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tests.support.telephony.lab import Lab
from tests.support.waiting import until


async def until_closed(lab: Lab, name: str) -> None:
    """Until Asterisk has no file of the recording open any more."""
    folder = Path(f"/proc/{lab.asterisk.pid()}/fd")

    async def closed() -> bool:
        return not any(name in path for path in _open_files(folder))

    await until(closed)


def _open_files(folder: Path) -> Iterator[str]:
    for entry in folder.iterdir():
        with suppress(OSError):
            yield os.readlink(entry)
