"""`ringdesk up`: sets up what is missing, starts everything, stays until Ctrl-C."""

import asyncio
import sys
from typing import Annotated

import typer

from ringdesk.installation.home import Home
from ringdesk.supervision.instance import InstanceLock

_LISTEN = "IP address of this machine for colleagues' browsers; means HTTPS with a generated certificate."


def up(listen: Annotated[str | None, typer.Option(metavar="ADDRESS", help=_LISTEN)] = None) -> None:
    """Set up what is missing, start Asterisk and the service, stop both at Ctrl-C."""
    home = Home.of_environment()
    home.make()
    with InstanceLock(home):
        from ringdesk.installation.installation import Installation
        from ringdesk.logs.pipeline import configure
        from ringdesk.supervision.start import Start

        overrides = {} if listen is None else {"listen": listen}
        installation = Installation.open(**overrides)
        configure("info", file=home.log / "up.log", secrets=list(installation.secrets.values()))
        asyncio.run(Start(installation, overrides, sys.stdout).run())
