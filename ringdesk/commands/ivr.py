"""`ringdesk ivr`: walk a voice menu in the terminal, and check it before callers meet it."""

import asyncio
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from ringdesk.installation.home import CLONE
from ringdesk.problem import Problem

if TYPE_CHECKING:
    from ivr.flow.flow import Flow

app = typer.Typer(help="Walk and check voice menus.", no_args_is_help=True)
FLOWS = CLONE / "ivr" / "flows"

FlowName = Annotated[str, typer.Argument(metavar="FLOW", help="A shipped flow's name, or a file.")]
Keys = Annotated[str | None, typer.Option(help="Keys to press, in order: . is silence, ! hangs up.")]


@app.command("try")
def try_(
    flow: FlowName,
    keys: Keys = None,
    at: Annotated[
        str | None, typer.Option(help="Local date and time of the call, such as 2026-11-22T03:12.")
    ] = None,
    language: Annotated[
        str | None, typer.Option(help="The hotline's language; else the flow's first.")
    ] = None,
) -> None:
    """Walk a flow in the terminal, by hand or with --keys; no Asterisk is needed."""
    from rich.console import Console

    from ivr.simulator import ScriptedCaller, terminal_caller, try_flow

    loaded = _usable(_load(flow))
    languages = loaded.document.languages
    if language is not None and language not in languages:
        raise Problem(f"{loaded.name} does not speak {language!r}, only {', '.join(languages)}")
    console = Console()
    try:
        caller = terminal_caller(console) if keys is None else ScriptedCaller(keys)
    except ValueError as error:
        raise Problem(f"--keys: {error}") from None
    zone = ZoneInfo(loaded.document.timezone)
    try_flow(loaded, caller, _moment(at, zone), language or languages[0], console)


@app.command("check")
def check(flow: FlowName) -> None:
    """Look for dead ends, missing steps, texts and queues; exit status 0 only when the flow can be used."""
    from rich.console import Console

    from ivr.simulator import check_flow

    loaded, console = _load(flow), Console(stderr=True)
    queues = _queues()
    if queues is None:
        console.print("[yellow]The names of queues are not checked: there are none before the first start[/]")
    if not check_flow(loaded, queues, console):
        sys.exit(1)


def _queues() -> frozenset[str] | None:
    """Those of this installation, None before its first start. Raises Problem when its database is away."""
    from ringdesk.installation.installation import Installation
    from storage.repositories.routing import Queues

    installation = Installation.open()
    if not installation.settings.database_url and not installation.home.database_file.exists():
        return None

    async def names() -> frozenset[str]:
        async with installation.open_database() as database, database.session() as session:
            return frozenset(queue.name for queue in await Queues(session).all())

    return asyncio.run(names()) or None


def _load(name: str) -> "Flow":
    from ivr.flow.flow import FlowRefused
    from ivr.flow.loader import load

    path = Path(name) if "/" in name or name.endswith((".yaml", ".yml")) else FLOWS / f"{name}.yaml"
    try:
        source = path.read_bytes()
    except OSError as error:
        shipped = ", ".join(sorted(file.stem for file in FLOWS.glob("*.yaml")))
        raise Problem(f"{path}: {error.strerror}; the shipped flows are: {shipped}") from None
    try:
        return load(source, path.stem, str(path))
    except FlowRefused as refused:
        raise Problem(str(refused)) from None


def _usable(flow: "Flow") -> "Flow":
    """The flow, if the checker lets callers into it: another has steps that lead nowhere."""
    from ivr.flow.checker import ensure_usable
    from ivr.flow.flow import FlowRefused

    try:
        ensure_usable(flow)
    except FlowRefused as refused:
        raise Problem(str(refused)) from None
    return flow


def _moment(text: str | None, zone: ZoneInfo) -> datetime:
    if text is None:
        return datetime.now(zone)
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise Problem(f"{text!r} is not a date and time; write it like 2026-11-22T03:12") from None
    return given if given.tzinfo else given.replace(tzinfo=zone)
