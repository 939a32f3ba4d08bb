"""Makes and changes teams: what `ringdesk teams` does."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from office.audit import Act, Actor
from office.users import UserProblem, trail
from storage.database import Database
from storage.repositories.teams import TeamBook
from storage.repositories.users import Users
from storage.tables import Team


async def put_team(
    database: Database,
    name: str,
    *,
    leaders: Sequence[str],
    members: Sequence[str],
    now: datetime,
    by: Actor,
) -> None:
    """These lead the team and these work in it, and no others; it is made when there is none.

    Raises UserProblem.
    """
    act = Act("team_put")
    async with trail(database, now).transaction(by, act) as session:
        if not name.strip():
            raise UserProblem("a team has a name", "no_name")
        leading, working = await _ids(session, leaders), await _ids(session, members)
        book = TeamBook(session)
        team = await book.by_name(name.strip()) or await book.add(name.strip())
        act.object = f"team:{team.id}"
        act.detail |= {"leaders": leading, "members": working}
        await book.set_leaders(team.id, leading)
        await book.set_members(team.id, working)


async def remove_team(database: Database, name: str, *, now: datetime, by: Actor) -> None:
    """The team goes, and its people stay. Who led no other sees everything again. Raises UserProblem."""
    act = Act("team_remove")
    async with trail(database, now).transaction(by, act) as session:
        book = TeamBook(session)
        team = await _known(book, name)
        act.object = f"team:{team.id}"
        await book.remove(team.id)


async def _known(book: TeamBook, name: str) -> Team:
    team = await book.by_name(name.strip())
    if team is None:
        raise UserProblem(f"there is no team {name}", "no_such_team")
    return team


async def _ids(session: AsyncSession, logins: Sequence[str]) -> list[int]:
    ids: set[int] = set()
    for login in logins:
        user = await Users(session).by_login(login)
        if user is None:
            raise UserProblem(f"there is no user {login}", "no_such_user")
        ids.add(user.id)
    return sorted(ids)
