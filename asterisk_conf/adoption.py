"""Whether an Asterisk that an earlier run left behind can go on under a new one, with its calls."""

import asyncio
import os
from collections.abc import Iterable
from pathlib import Path

from asterisk_conf.private_asterisk import PrivateAsterisk
from asterisk_conf.server import Status

_TRIES = 10
_TRY_AGAIN_S = 0.5
# Asterisk reads these when it starts, and never again.
_READ_AT_START = frozenset({"asterisk.conf", "pjproject.conf", "sorcery.conf", "stasis.conf"})


async def why_end(asterisk: PrivateAsterisk) -> str | None:
    """Why the Asterisk that runs in these folders has to be ended, None when it can go on.

    Calls are worth more than a newer version: with calls in it an older one goes on.
    """
    pid, status = asterisk.pid(), await _when_ready(asterisk)
    if pid is None or status is None:
        return "it does not answer where it should"
    if not status.calls and not _is_the_installed_one(asterisk, pid):
        return "another version is installed and there are no calls"
    return None


def until_next_start(asterisk: PrivateAsterisk, changed: Iterable[Path]) -> str:
    """What of this start has no effect while the adopted Asterisk runs; empty when there is nothing."""
    pid = asterisk.pid()
    late = sorted(path.name for path in changed if path.name in _READ_AT_START)
    if pid is not None and not _is_the_installed_one(asterisk, pid):
        late.append("another version")
    return f"; {' and '.join(late)} from its next start on" if late else ""


async def _when_ready(asterisk: PrivateAsterisk) -> Status | None:
    for _ in range(_TRIES):
        status = await asterisk.status()
        if status.ready:
            return status
        await asyncio.sleep(_TRY_AGAIN_S)
    return None


def _is_the_installed_one(asterisk: PrivateAsterisk, pid: int) -> bool:
    """The same program, and its file has not been replaced since."""
    try:
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        replaced = os.readlink(f"/proc/{pid}/exe").endswith(" (deleted)")
    except OSError:
        return False
    own = [os.fsencode(word) for word in asterisk.command_line()]
    return arguments[: len(own)] == own and not replaced
