"""`ringdesk ivr`: lists the voice menus, walks one in the terminal, checks it before callers meet it."""

import asyncio
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from ringdesk.problem import Problem

if TYPE_CHECKING:
    from ivr.flow.flow import Flow
    from ivr.flow.source import Edition, FlowSource, Stage

app = typer.Typer(help="List, walk and check voice menus.", no_args_is_help=True)

FlowName = Annotated[str, typer.Argument(metavar="FLOW", help="A flow's name, or a file.")]
Draft = Annotated[bool, typer.Option("--draft", help="The draft of this name, which no caller hears yet.")]
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
    draft: Draft = False,
) -> None:
    """Walk a flow in the terminal, by hand or with --keys; no Asterisk is needed."""
    from rich.console import Console

    from ivr.simulator import ScriptedCaller, terminal_caller, try_flow

    loaded = _usable(_load(flow, draft))
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
def check(flow: FlowName, draft: Draft = False) -> None:
    """Look for dead ends, missing steps, texts and queues; exit status 0 only when the flow can be used."""
    from rich.console import Console

    from ivr.simulator import check_flow

    loaded, console = _load(flow, draft), Console(stderr=True)
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


@app.command("list")
def list_() -> None:
    """The flows of this installation, published and drafts: their versions, and whether they can be used."""
    from ivr.flow.source import Stage

    source = _source()
    rows = [(name, stage, *_state(source, name, stage)) for stage in Stage for name in source.listed(stage)]
    for name, stage, version, state in rows:
        typer.echo(f"{name:20} {stage:10} {version:20} {state}")


def _state(source: "FlowSource", name: str, stage: "Stage") -> tuple[str, str]:
    """The version of an edition, and what can be said of it in a line."""
    from ivr.flow.checker import ensure_usable
    from ivr.flow.loader import load
    from ivr.flow.problem import FlowRefused
    from ivr.flow.source import Unreadable

    try:
        edition = source.read(name, stage)
    except Unreadable as unreadable:
        return "", unreadable.reason
    digest = edition.digest[:12]
    try:
        flow = load(edition)
        ensure_usable(flow)
    except FlowRefused:
        option = " --draft" if stage == "draft" else ""
        return edition.version, f"{digest} cannot be used: ringdesk ivr check {name}{option}"
    return edition.version, f"{digest} {len(flow.document.steps)} steps"


def _source() -> "FlowSource":
    from ivr.flow_folder import FlowFolder
    from ringdesk.installation.installation import Installation

    return FlowFolder(Installation.open().settings.ivr.flows_folder)


def _load(name: str, draft: bool) -> "Flow":
    from ivr.flow.loader import load
    from ivr.flow.problem import FlowRefused

    try:
        return load(_edition(name, draft))
    except FlowRefused as refused:
        raise Problem(str(refused)) from None


def _edition(name: str, draft: bool) -> "Edition":
    """A file by its path, or a flow of this installation by its name."""
    from ivr.flow.source import Stage, Unreadable
    from ivr.flow_folder import read_file

    stage = Stage.DRAFT if draft else Stage.PUBLISHED
    try:
        if "/" in name or name.endswith((".yaml", ".yml")):
            path = Path(name)
            return read_file(path, path.stem.removesuffix(".draft"), stage)
        source = _source()
        if name not in (known := source.listed(stage)):
            raise Problem(f"there is no {stage} flow {name!r}; there are: {', '.join(known) or 'none'}")
        return source.read(name, stage)
    except Unreadable as unreadable:
        raise Problem(str(unreadable)) from None


def _usable(flow: "Flow") -> "Flow":
    """The flow, if the checker lets callers into it: another has steps that lead nowhere."""
    from ivr.flow.checker import ensure_usable
    from ivr.flow.problem import FlowRefused

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
