"""`ringdesk users`: people who may sign in, from the command line."""

import getpass
import sys
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from office.rules.people import Role
from ringdesk.commands.database import on_database
from ringdesk.commands.staff import add_to, tell_asterisk
from ringdesk.installation.installation import Installation
from ringdesk.operator import operator
from ringdesk.problem import Problem

app = typer.Typer(help="Add, list and change users.", no_args_is_help=True)
add_to(app)


class Language(StrEnum):
    """What the console and the dialplan can speak."""

    CHINESE = "zh"
    ENGLISH = "en"


Queues = Annotated[list[str] | None, typer.Option("--queue", help="A queue to serve, repeatable; else all.")]


@app.command("add")
def add(
    login: str,
    name: Annotated[str, typer.Option(help="The name that colleagues see.")],
    role: Annotated[Role, typer.Option(help="What the user may do.")] = Role.AGENT,
    name_en: Annotated[str, typer.Option(help="The name in Latin letters.")] = "",
    language: Annotated[
        Language | None, typer.Option(help="Language of the console; else that of the browser.")
    ] = None,
    extension: Annotated[str | None, typer.Option(help="The phone's number; else the next free one.")] = None,
    queue: Queues = None,
) -> None:
    """Add a user. The password is asked for, or read from standard input when that is not a terminal."""
    from office.users import NewUser, add_user

    password = _read_password()
    installation = Installation.open()
    new = NewUser(
        login=login,
        name=name,
        role=role,
        password=password,
        name_en=name_en,
        language=language or "",
        extension=extension,
        queues=tuple(queue) if queue else None,
    )
    given = on_database(
        installation, lambda database: add_user(database, new, now=datetime.now(UTC), by=operator())
    )
    print(f"{login} was added" + (f", extension {given}" if given else ""))
    if given:
        tell_asterisk(installation)


@app.command("password")
def password(login: str) -> None:
    """Set a user's password; every session of the user ends, and the phone gets another password too."""
    from office.users import set_password

    new = _read_password()
    installation = Installation.open()
    on_database(
        installation,
        lambda database: set_password(database, login, new, now=datetime.now(UTC), by=operator()),
    )
    installation.secrets.forget_password(login)
    tell_asterisk(installation)
    print(f"The password of {login} was changed")


@app.command("list")
def list_users() -> None:
    """List all users with role, extension and queues."""
    from rich.console import Console
    from rich.table import Table

    from office.users import list_users as read_users

    table = Table("Login", "Name", "Role", "Extension", "Queues", "Active", box=None, pad_edge=False)
    for user in on_database(Installation.open(), read_users):
        table.add_row(
            user.login,
            user.name,
            user.role,
            user.extension or "",
            ", ".join(user.queues),
            "yes" if user.active else "no",
        )
    Console(soft_wrap=True).print(table)


def _read_password() -> str:
    if sys.stdin.isatty():
        from office.rules.passwords import SHORTEST

        first = getpass.getpass(f"Password, {SHORTEST} characters or more: ")
        if first != getpass.getpass("Once more: "):
            raise Problem("the two passwords differ; nothing is changed")
    else:
        first = sys.stdin.readline().rstrip("\n")
    return first
