"""The doors of the service: the console's ports, its own health, and the menus, opened in this order."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from agent_console.app import create_app
from agent_console.services.deps import ConsoleDeps
from agent_console.services.phone_line import PhoneLine
from asterisk_conf.apply import REALM
from crm.rules.destinations import is_emergency
from ivr.agi.server import AgiServer
from ringdesk import __version__
from ringdesk.assembly.core import Core
from ringdesk.assembly.part import Part
from ringdesk.assembly.telephony import Line
from ringdesk.assembly.web_server import origins, serve_web
from ringdesk.health.door import health_door

Report = Callable[[], Mapping[str, Any]]


def build(core: Core, line: Line, menus: AgiServer, health: Report) -> Sequence[Part]:
    """Nothing listens before its part runs."""
    listening = asyncio.Event()
    app = create_app(console(core, line, health))
    door = core.installation.home.service_door
    return (
        Part("web", lambda: serve_web(app, core.installation, core.shares, listening)),
        Part("health and menus", lambda: _open(listening, door, health, menus)),
    )


async def _open(listening: asyncio.Event, door: Path, health: Report, menus: AgiServer) -> None:
    """Health first: the watchdog moves on who is in the menu of a service of which it hears nothing."""
    await listening.wait()
    async with health_door(door, health):
        await menus.start()
        try:
            await asyncio.Event().wait()
        finally:
            await menus.stop()


def console(core: Core, line: Line, health: Report) -> ConsoleDeps:
    """What the web application is given."""
    installation, settings = core.installation, core.settings
    secure, asterisk = settings.listens_beyond_this_machine, settings.asterisk
    return ConsoleDeps(
        database=core.database,
        floor=line.port,
        clock=core.clock,
        health=health,
        phone=PhoneLine(
            scheme="wss" if secure else "ws",
            port=asterisk.wss_port if secure else asterisk.http_port,
            realm=REALM,
            password_of=installation.phone_passwords(),
        ),
        origins=origins(installation),
        recordings=installation.home.recordings,
        web_dist=installation.home.console,
        timezone=core.floor.directory.timezone,
        version=__version__,
        is_emergency=lambda number: is_emergency(number, settings.crm.home_region),
        home_region=settings.crm.home_region,
        settings=settings.console,
    )
