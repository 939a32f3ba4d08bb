"""`ringdesk teams`: who leads whom; a supervisor who leads a team sees what its members do."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from ringdesk.commands.database import on_database
from ringdesk.installation.installation import Installation
from ringdesk.operator import operator

app = typer.Typer(help="Who leads whom, and sees what they do.", no_args_is_help=True)

Leaders = Annotated[list[str] | None, typer.Option("--leader", help="The login of a leader, repeatable.")]
Members = Annotated[list[str] | None, typer.Option("--member", help="The login of a member, repeatable.")]


@app.command("put")
def put(name: str, leader: Leaders = None, member: Members = None) -> None:
    """Make a team, or say anew who leads it and who works in it; open consoles have it within seconds."""
    from office.teams import put_team

    leaders, members = leader or [], member or []
    now, by = datetime.now(UTC), operator()
    on_database(
        Installation.open(),
        lambda database: put_team(database, name, leaders=leaders, members=members, now=now, by=by),
    )
    print(f"{name}: led by {_listed(leaders)}; members {_listed(members)}")


@app.command("remove")
def remove(name: str) -> None:
    """Remove a team; its people stay. A supervisor who led no other sees everything again."""
    from office.teams import remove_team

    now, by = datetime.now(UTC), operator()
    on_database(Installation.open(), lambda database: remove_team(database, name, now=now, by=by))
    print(f"the team {name} was removed")


@app.command("list")
def list_() -> None:
    """Show all teams."""
    from storage.database import Database
    from storage.repositories.teams import TeamBook, TeamPeople

    async def read(database: Database) -> list[TeamPeople]:
        async with database.session() as session:
            return list(await TeamBook(session).all())

    teams = on_database(Installation.open(), read)
    for team in teams:
        print(f"{team.name}: led by {_listed(team.leaders)}; members {_listed(team.members)}")
    if not teams:
        print("there are no teams; supervisors see everything")


def _listed(logins: list[str] | tuple[str, ...]) -> str:
    return ", ".join(logins) or "nobody"
