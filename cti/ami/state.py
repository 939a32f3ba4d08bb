"""Whether Asterisk is heard: what the link reports to its owner, in words and with wall times."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DownReason(StrEnum):
    """Why Asterisk is not heard."""

    UNREACHABLE = "unreachable"
    NOT_ASTERISK = "not_asterisk"
    TURNED_AWAY = "turned_away"
    REJECTED = "rejected"
    NOT_BOOTED = "not_booted"
    CLOSED = "closed"
    SHUTDOWN = "shutdown"
    SILENT = "silent"
    OVERFLOW = "overflow"
    GARBLED = "garbled"
    RESYNC_FAILED = "resync_failed"


@dataclass(frozen=True, slots=True)
class LinkReady:
    """Asterisk is fully booted and heard. Events have been queued since `listening_since`."""

    at: datetime
    listening_since: datetime
    uptime_s: int | None
    """Seconds since Asterisk started; less than the length of the gap means that it was started again."""


@dataclass(frozen=True, slots=True)
class LinkLost:
    """Asterisk is not heard. `detail` is one sentence for people, without secrets.

    `heard_until`: when the last byte of the last good connection came, the true beginning of the gap; None
    when there has been no good connection yet.
    """

    at: datetime
    reason: DownReason
    detail: str
    heard_until: datetime | None


LinkState = LinkReady | LinkLost
