"""The core of the service: what all its parts need, with the floor as the database has it."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cti.bus.local import LocalBus
from cti.directory import load_directory
from cti.domain.floor import Floor
from cti.live import LiveFloor
from ringdesk.assembly.open_files import Shares
from ringdesk.installation.installation import Installation
from ringdesk.settings.settings import Settings
from storage.database import Database


def utc_now() -> datetime:
    """The clock of everything that the service itself decides."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Core:
    """Made once, before any part; nothing in it runs by itself."""

    installation: Installation
    database: Database
    shares: Shares
    bus: LocalBus
    live: LiveFloor
    started_at: datetime
    clock: Callable[[], datetime] = utc_now

    @property
    def settings(self) -> Settings:
        """Those in force."""
        return self.installation.settings

    @property
    def floor(self) -> Floor:
        """The live picture, to read."""
        return self.live.floor


async def load_core(installation: Installation, database: Database, shares: Shares) -> Core:
    """With an empty floor of those who work here now. Raises what keeps the database from being read."""
    now = utc_now()
    directory = await load_directory(database, ZoneInfo(installation.settings.time_zone))
    bus = LocalBus()
    live = LiveFloor(Floor(directory, epoch=secrets.token_hex(8), now=now), bus)
    return Core(installation, database, shares, bus, live, started_at=now)
