"""The machine under Ringdesk: disk, clock, limits, ports and secrets, each in plain words with the cure."""

import ctypes
import os
import platform
import resource
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

from asterisk_conf.checks.finding import Level
from ringdesk.checks.finding import Finding
from ringdesk.installation.home import Home
from ringdesk.installation.installation import Installation
from ringdesk.installation.ports import all_ports, complaints
from ringdesk.supervision.instance import InstanceRecord

# A recording in two channels of 8 kHz, 16 bit.
_RECORDING_BYTES_A_SECOND = 32_000
_LEAST_FREE_BYTES = 2_000_000_000
# Asterisk holds about ten files for each call, the service one for each console.
_LEAST_OPEN_FILES = 4096
_CLOCK_SLACK_S = 120.0
_KEEP_RIGHT = "keep it right with chrony or systemd-timesyncd"
_CLOCK_UNSYNCHRONISED = 5  # TIME_ERROR of adjtimex(2)


def python_version() -> Finding:
    """The Python that scripts/up found; shown because reports of trouble need it."""
    return Finding(
        "Python", Level.OK, f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    )


def disk(home: Home) -> Finding:
    """Recordings fill a disk; a full one stops the records, not the calls."""
    free = shutil.disk_usage(home.root).free
    hours = free / _RECORDING_BYTES_A_SECOND / 3600
    detail = f"{free / 1e9:.1f} GB free below {home.root}, {hours:,.0f} hours of recordings"
    if free < _LEAST_FREE_BYTES:
        return Finding("Disk", Level.ERROR, detail, "make room, or move the recordings to a larger disk")
    return Finding("Disk", Level.OK, detail)


def clock(home: Home) -> Finding:
    """Records are compared by time, so a clock that jumps back spoils them."""
    newest = max((path.stat().st_mtime for path in _files_with_a_time(home)), default=0.0)
    behind_s = newest - time.time()
    if behind_s > _CLOCK_SLACK_S:
        detail = f"{behind_s:,.0f} s behind files that were written here"
        return Finding("Clock", Level.ERROR, detail, f"set it; {_KEEP_RIGHT}")
    if not _synchronised():
        return Finding("Clock", Level.WARN, "looks right, but no time service keeps it so", _KEEP_RIGHT)
    return Finding("Clock", Level.OK, "synchronised")


def _files_with_a_time(home: Home) -> list[Path]:
    return [path for path in (home.database_file, *home.log.glob("*.log")) if path.is_file()]


def _synchronised() -> bool:
    """Whether a time service told the kernel so; inside a container it may not be visible."""
    buffer = ctypes.create_string_buffer(512)  # struct timex, of which only the return value counts
    state = int(ctypes.CDLL(None, use_errno=True).adjtimex(buffer))
    return state not in (-1, _CLOCK_UNSYNCHRONISED)


def open_files() -> Finding:
    """Each call needs several; service and Asterisk take as many as they may."""
    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    detail = "as many as wanted" if allowed == resource.RLIM_INFINITY else f"{allowed} allowed"
    if allowed != resource.RLIM_INFINITY and allowed < _LEAST_OPEN_FILES:
        cure = f"for 90 calls or more, have the hard limit (ulimit -Hn) raised to {_LEAST_OPEN_FILES}"
        return Finding("Open files", Level.WARN, detail, cure)
    return Finding("Open files", Level.OK, detail)


def ports(installation: Installation, running: InstanceRecord | None) -> Finding:
    """Free before a start; while Ringdesk runs they are its own, and `ringdesk status` tries them."""
    wanted = all_ports(installation.settings, installation.plain_spec())
    numbers = ", ".join(f"{port.number}/{port.protocol}" for port in wanted)
    if running is not None:
        return Finding("Ports", Level.OK, f"{numbers}, in use by Ringdesk")
    complaint = next(complaints(wanted), None)
    if complaint is not None:
        return Finding("Ports", Level.ERROR, complaint, "see the list of settings with: ringdesk settings")
    return Finding("Ports", Level.OK, f"{numbers}, all free")


def sound_ports(
    installation: Installation, ephemeral: Path = Path("/proc/sys/net/ipv4/ip_local_port_range")
) -> Finding:
    """The range for sound should not overlap the one from which the kernel gives ports to clients."""
    asterisk = installation.settings.asterisk
    calls = (asterisk.rtp_last - asterisk.rtp_first + 1) // 4
    detail = f"{asterisk.rtp_first} to {asterisk.rtp_last}, enough for {calls} calls with an agent"
    try:
        low, high = map(int, ephemeral.read_text().split())
    except (OSError, ValueError):
        return Finding("Sound ports", Level.OK, detail)
    if asterisk.rtp_first <= high and low <= asterisk.rtp_last:
        cure = f"choose asterisk.rtp_first and asterisk.rtp_last outside {low} to {high}"
        return Finding(
            "Sound ports", Level.WARN, f"{detail}; other programs may be given the same ports", cure
        )
    return Finding("Sound ports", Level.OK, detail)


def secrets(home: Home) -> Finding:
    """Whoever reads them can place calls and listen."""
    if not home.secrets.is_dir():
        return Finding("Secrets", Level.OK, "made at the first start")
    open_to_others = [path for path in _with_parents(home) if path.stat().st_mode & 0o077]
    if open_to_others:
        names = " ".join(str(path) for path in open_to_others)
        return Finding("Secrets", Level.ERROR, f"others can read {names}", f"run: chmod go-rwx {names}")
    return Finding("Secrets", Level.OK, "readable by you only")


def _with_parents(home: Home) -> Sequence[Path]:
    files = [path for path in home.secrets.iterdir() if path.is_file()]
    if home.certificates.is_dir():
        files += home.certificates.glob("*.key")
    return [home.secrets, *files]


def writable(home: Home) -> Finding:
    """Every folder that the service and Asterisk write to."""
    folders = (home.root, home.recordings, home.spool, home.log, home.run)
    closed = [
        str(folder) for folder in folders if folder.is_dir() and not os.access(folder, os.W_OK | os.X_OK)
    ]
    if closed:
        return Finding(
            "Folders",
            Level.ERROR,
            f"not writable: {', '.join(closed)}",
            f"run: sudo chown -R $USER {home.root}",
        )
    return Finding("Folders", Level.OK, f"writable below {home.root}")
