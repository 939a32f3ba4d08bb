"""`ringdesk asterisk`: render its configuration, start, stop, ask and check it, without the service."""

import asyncio
import sys
from pathlib import Path

import typer

from ringdesk.installation.installation import Installation
from ringdesk.problem import Problem
from ringdesk.supervision.instance import running_instance

app = typer.Typer(help="Work with Asterisk alone.", no_args_is_help=True)


@app.command("render")
def render() -> None:
    """Write Asterisk's configuration from database and settings; a running Asterisk reads what changed."""
    installation = Installation.open()
    for path in asyncio.run(render_configuration(installation)):
        print(path)


async def render_configuration(installation: Installation, *, only_running: bool = False) -> tuple[Path, ...]:
    """The files that changed; a running Asterisk reads them. `only_running` leaves a stopped one alone.

    Phones whose password changed are signed out.
    """
    async with installation.open_database() as database:
        asterisk = installation.asterisk(await installation.telephony(database))
    if (await asterisk.status()).running:
        return await asterisk.reload()
    return () if only_running else asterisk.render()


@app.command("start")
def start() -> None:
    """Start Asterisk alone, for work on the configuration; `ringdesk up` does this by itself."""
    installation = Installation.open()
    _refuse_beside_up(installation)
    asyncio.run(_start(installation))


async def _start(installation: Installation) -> None:
    async with installation.open_database() as database:
        asterisk = installation.asterisk(await installation.telephony(database))
    await asterisk.install(lambda line: print(line, file=sys.stderr))
    status = await asterisk.start()
    print(f"Asterisk {status.version} runs (process {status.pid})")


@app.command("stop")
def stop() -> None:
    """Stop an Asterisk that `ringdesk asterisk start` started."""
    installation = Installation.open()
    _refuse_beside_up(installation)
    asyncio.run(installation.asterisk(installation.plain_spec()).stop())
    print("Asterisk is stopped")


@app.command("status")
def status() -> None:
    """Say whether Asterisk runs and answers; exit status 0 only when it takes calls."""
    installation = Installation.open()
    now = asyncio.run(installation.asterisk(installation.plain_spec()).status())
    if not now.running:
        raise Problem("Asterisk does not run; start it with: scripts/up")
    if not now.ready:
        silent = f"; no answer on {', '.join(now.silent_ports)}" if now.silent_ports else ""
        raise Problem(f"Asterisk runs (process {now.pid}) and is not ready{silent}")
    print(f"Asterisk {now.version} runs (process {now.pid}), calls: {now.calls}")


@app.command("check")
def check() -> None:
    """Compare Asterisk with what it should be: version, sounds, modules, routing, accounts, event filters."""
    from ringdesk.checks.doctor import examine_asterisk
    from ringdesk.checks.printing import print_findings
    from ringdesk.logs.pipeline import configure

    installation = Installation.open()
    configure("warning", file=installation.home.log / "commands.log")
    findings = asyncio.run(examine_asterisk(installation))
    print_findings(findings)
    sys.exit(0 if all(finding.well for finding in findings) else 1)


def _refuse_beside_up(installation: Installation) -> None:
    running = running_instance(installation.home)
    if running is not None:
        raise Problem(
            f"`ringdesk up` runs (process {running.process.pid}) and looks after Asterisk; stop that instead"
        )
