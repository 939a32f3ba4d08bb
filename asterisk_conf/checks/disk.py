"""Checks of what Asterisk leaves on the disk."""

from asterisk_conf.checks.finding import AsteriskFinding, Level
from asterisk_conf.rotation import MOST_BYTES, records
from asterisk_conf.server import AsteriskServer

# A file is put aside within a minute after it has reached its size.
_TOO_LARGE_BYTES = 4 * MOST_BYTES


def check_records(server: AsteriskServer) -> AsteriskFinding:
    """Whether somebody sees to it that Asterisk's own records do not fill the disk."""
    try:
        sizes = {path: path.stat().st_size for path in records(server.folders) if path.is_file()}
    except OSError as problem:
        return AsteriskFinding(
            "records",
            Level.WARN,
            f"this user cannot look at {problem.filename} ({problem.strerror}), so what the service misses "
            "cannot be completed",
            f"let this user read {server.folders.log}",
        )
    large = [f"{path} ({size / 1e9:.1f} GB)" for path, size in sizes.items() if size > _TOO_LARGE_BYTES]
    if large:
        return AsteriskFinding(
            "records",
            Level.WARN,
            f"these files grow and nobody puts them aside: {', '.join(large)}",
            "ringdesk up does it for its own Asterisk; for one of yours see docs/own-asterisk.md",
        )
    return AsteriskFinding("records", Level.OK, f"{sum(sizes.values()) / 1e6:.0f} MB, put aside as they grow")
