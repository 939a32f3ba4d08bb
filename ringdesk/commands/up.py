"""`ringdesk up`: sets up what is missing, starts everything, stays until Ctrl-C."""

import asyncio
import sys
from typing import Annotated

import typer

from ringdesk.installation.home import Home
from ringdesk.supervision.instance import InstanceLock

_LISTEN = "IP address of this machine for colleagues' browsers; means HTTPS with a generated certificate."


def up(listen: Annotated[str | None, typer.Option(metavar="ADDRESS", help=_LISTEN)] = None) -> None:
    """Set up what is missing, start Asterisk and the service, stop both at Ctrl-C.

    Where an older program runs it is taken over, calls go on.
    """
    from ringdesk.upgrade.program import digest_of_code
    from ringdesk.upgrade.takeover import of_another_program, take_over

    home = Home.of_environment()
    home.make()
    program, overrides = digest_of_code(), {} if listen is None else {"listen": listen}
    before = of_another_program(home, program)
    if before is not None:
        overrides = {**before.overrides, **overrides}
        _try_first(overrides)
        print(f"taking over from process {before.process.pid}; calls in progress go on", flush=True)
        take_over(before)
    with InstanceLock(home):
        from ringdesk.installation.installation import Installation
        from ringdesk.logs.pipeline import configure
        from ringdesk.supervision.start import Start

        installation = Installation.open(**overrides)
        configure("info", file=home.log / "up.log", secrets=list(installation.secrets.values()))
        asyncio.run(Start(installation, overrides, sys.stdout, program).run())


def _try_first(overrides: dict[str, str]) -> None:
    """On a copy, as long as the older program runs: what would fail leaves that one running."""
    from ringdesk.installation.installation import Installation
    from ringdesk.upgrade.trial import CannotTry, try_on_a_copy

    try:
        trial = asyncio.run(try_on_a_copy(Installation.open(**overrides)))
    except CannotTry as problem:
        print(f"the database could not be tried on a copy first: {problem}", flush=True)
        return
    if trial is not None and trial.changes:
        print(f"tried on a copy: {trial.in_words}", flush=True)
