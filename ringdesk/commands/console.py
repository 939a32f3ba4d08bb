"""`ringdesk console`: the checks and the build of the browser console, for scripts/test and developers."""

import asyncio
import sys

import typer

from ringdesk.installation.home import Home
from ringdesk.problem import Problem

app = typer.Typer(help="Build or check the browser console.", no_args_is_help=True)


def _say(text: str) -> None:
    print(f"console: {text}", file=sys.stderr)


@app.command("build")
def build() -> None:
    """Build the console when its sources changed."""
    from ringdesk.setup.console import build_console

    home = Home.of_environment()
    home.make()
    _say(asyncio.run(build_console(home, _say)))


@app.command("check")
def check() -> None:
    """Run the console's own checks and tests."""
    from ringdesk.setup.console import check_console

    home = Home.of_environment()
    home.make()
    result = asyncio.run(check_console(home, _say))
    if result.status != 0:
        print(result.output)
        raise Problem(f"the console's checks failed (all of it: {result.log})")
