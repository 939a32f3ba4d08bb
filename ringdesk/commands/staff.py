"""`ringdesk users deactivate`, `activate`, `role`, `queues`, `extension`, `phone`: who may do what."""

import asyncio
import sys
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Annotated

import typer

from asterisk_conf.problem import AsteriskProblem
from asterisk_conf.spec import PhoneKind
from office.audit import Actor
from office.rules.people import Role
from ringdesk.commands.database import on_database
from ringdesk.installation.addresses import reachable
from ringdesk.installation.installation import Installation
from ringdesk.operator import operator
from ringdesk.problem import Problem

QueueNames = Annotated[list[str] | None, typer.Argument(help="The queues to serve, and no others.")]
NoQueues = Annotated[bool, typer.Option("--none", help="Serve no queue.")]
Extension = Annotated[str | None, typer.Argument(help="The number of the phone.")]
NoPhone = Annotated[bool, typer.Option("--none", help="Take the phone away.")]
NewSecret = Annotated[
    bool, typer.Option("--new-secret", help="Another password; a phone with the old one is signed out.")
]
Kind = Annotated[PhoneKind | None, typer.Option(help="A phone in the console, or one on the desk.")]


def add_to(app: typer.Typer) -> None:
    """Makes them commands of a group."""
    for name, command in (
        ("deactivate", deactivate),
        ("activate", activate),
        ("role", role),
        ("queues", queues),
        ("extension", extension),
        ("phone", phone),
    ):
        app.command(name)(command)


def deactivate(login: str) -> None:
    """Sign a user out everywhere and let them in no more; a call in progress goes on to its end."""
    from office.staff import deactivate as change

    installation, now, by = _begin()
    on_database(installation, lambda database: change(database, login, now=now, by=by))
    tell_asterisk(installation)
    print(f"{login} is deactivated, and signed out of console, phone and queues")


def activate(login: str) -> None:
    """Let a deactivated user in again, with the role, extension and queues of before."""
    from office.staff import activate as change

    installation, now, by = _begin()
    on_database(installation, lambda database: change(database, login, now=now, by=by))
    tell_asterisk(installation)
    print(f"{login} is active again")


def role(login: str, role: Role) -> None:
    """Give a user another role; open consoles have it within seconds."""
    from office.staff import set_role

    installation, now, by = _begin()
    on_database(installation, lambda database: set_role(database, login, role, now=now, by=by))
    print(f"{login} has the role {role} now")


def queues(login: str, queue: QueueNames = None, none: NoQueues = False) -> None:
    """Say which queues a user serves; who is signed in joins and leaves them at once."""
    from office.staff import set_queues

    if bool(queue) is none:
        raise Problem("name the queues that the user serves, or give --none")
    installation, now, by = _begin()
    names = tuple(queue or ())
    on_database(installation, lambda database: set_queues(database, login, names, now=now, by=by))
    print(f"{login} serves {', '.join(sorted(set(names))) or 'no queue'} now")


def extension(login: str, extension: Extension = None, none: NoPhone = False) -> None:
    """Give a user another extension, with the same queues, or take the phone away."""
    from office.staff import set_extension

    if (extension is not None) is none:
        raise Problem("name the extension, or give --none to take the phone away")
    installation, now, by = _begin()
    on_database(installation, lambda database: set_extension(database, login, extension, now=now, by=by))
    tell_asterisk(installation)
    print(f"{login} has {f'the extension {extension}' if extension else 'no phone'} now")


def phone(login: str, new_secret: NewSecret = False, kind: Kind = None) -> None:
    """Show what a desk phone needs to register, after a change of kind or password if one is asked for."""
    from office.staff import renew_phone_password, show_phone

    installation, now, by = _begin()
    if new_secret or kind is not None:
        on_database(
            installation,
            lambda database: renew_phone_password(database, login, now=now, by=by, kind=kind),
        )
        tell_asterisk(installation)
        print(f"The phone of {login} has another password; whoever had the old one is signed out")
    account = on_database(installation, lambda database: show_phone(database, login, now=now, by=by))
    if account.kind != PhoneKind.DESK:
        print(f"The phone of {login} lives in the console, which knows its password by itself")
        return
    asterisk = installation.settings.asterisk
    server = reachable(asterisk.sip_bind)
    print(f"server    {server}, port {asterisk.sip_port} (UDP)")
    print(f"user      {account.extension}")
    print(f"password  {installation.phone_password(account.extension, account.epoch)}")
    if ip_address(server).is_loopback:
        print("The phone has to be on this machine; for others set asterisk.sip_bind to an address of it")


def tell_asterisk(installation: Installation) -> None:
    """A running Asterisk learns of the change before the command ends.

    The change itself stands: the service tries again when Asterisk does not take it now.
    """
    from ringdesk.commands.asterisk import render_configuration

    try:
        asyncio.run(render_configuration(installation, only_running=True))
    except AsteriskProblem as problem:
        print(f"ringdesk: the change is made; Asterisk will learn of it: {problem.sentence}", file=sys.stderr)


def _begin() -> tuple[Installation, datetime, Actor]:
    return Installation.open(), datetime.now(UTC), operator()
