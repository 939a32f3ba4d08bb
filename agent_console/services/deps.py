"""Everything the web application is given; tests give it fakes beside the real thing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from agent_console.services.phone_line import PhoneLine
from agent_console.settings import ConsoleSettings
from cti.port import FloorPort
from storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleDeps:
    """What `create_app` needs.

    `floor` is the door to telephony, wherever that runs; `origins` are the addresses of the console as a
    browser writes them; `health` answers at once, from memory: `{"status": "ok" | "degraded", "checks":
    {name: text}}`; `web_dist` is the built console, which may be missing; `timezone` says where a local day
    begins, `is_emergency` which numbers call for help, `home_region` how numbers are written there.
    """

    database: Database
    floor: FloorPort
    clock: Callable[[], datetime]
    health: Callable[[], Mapping[str, Any]]
    phone: PhoneLine
    origins: frozenset[str]
    recordings: Path
    web_dist: Path
    timezone: tzinfo
    version: str
    is_emergency: Callable[[str], bool] = lambda number: False
    home_region: str = "CN"
    settings: ConsoleSettings = field(default_factory=ConsoleSettings)
