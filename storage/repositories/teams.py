"""Teams with their people, and what leading them lets somebody see."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, CompoundSelect, delete, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from storage.repositories.statements import chunks
from storage.repositories.whose_extension import HOLDERS
from storage.scope import Held, Teams
from storage.tables import Agent, Membership, Team, TeamLeader, TeamMember, User


@dataclass(frozen=True, slots=True)
class TeamPeople:
    """A team with the logins of its people."""

    name: str
    leaders: tuple[str, ...]
    members: tuple[str, ...]


class TeamBook:
    """All teams."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def by_name(self, name: str) -> Team | None:
        """The team of this name."""
        return (await self._session.scalars(select(Team).where(Team.name == name))).one_or_none()

    async def add(self, name: str) -> Team:
        """A team without anybody."""
        team = Team(name=name)
        self._session.add(team)
        await self._session.flush()
        return team

    async def remove(self, team_id: int) -> None:
        """The team goes; its people stay."""
        await self._session.execute(delete(Team).where(Team.id == team_id))

    async def set_leaders(self, team_id: int, users: Collection[int]) -> None:
        """These and no others lead it."""
        await self._session.execute(delete(TeamLeader).where(TeamLeader.team_id == team_id))
        self._session.add_all([TeamLeader(team_id=team_id, user_id=it) for it in sorted(users)])
        await self._session.flush()

    async def set_members(self, team_id: int, users: Collection[int]) -> None:
        """These and no others work in it."""
        await self._session.execute(delete(TeamMember).where(TeamMember.team_id == team_id))
        self._session.add_all([TeamMember(team_id=team_id, user_id=it) for it in sorted(users)])
        await self._session.flush()

    async def all(self) -> Sequence[TeamPeople]:
        """Every team, in the order of the names."""
        people: dict[int, tuple[list[str], list[str]]] = {}
        of_team = (
            select(TeamLeader.team_id, User.login).join(User, User.id == TeamLeader.user_id),
            select(TeamMember.team_id, User.login).join(User, User.id == TeamMember.user_id),
        )
        for which, query in enumerate(of_team):
            for team_id, login in await self._session.execute(query.order_by(User.login)):
                people.setdefault(team_id, ([], []))[which].append(login)
        teams = (await self._session.scalars(select(Team).order_by(Team.name))).all()
        nobody: tuple[list[str], list[str]] = ([], [])
        return [TeamPeople(it.name, *(tuple(logins) for logins in people.get(it.id, nobody))) for it in teams]

    async def led_by(self, users: Collection[int]) -> Mapping[int, Teams]:
        """What each of the users who lead a team may see of it, themselves included."""
        ids: dict[int, set[int]] = {}
        phones: dict[int, set[Held]] = {}
        queues: dict[int, set[str]] = {}
        for chunk in chunks(list(users)):
            leads = TeamLeader.user_id.in_(chunk)
            for user, team in await self._session.execute(
                select(TeamLeader.user_id, TeamLeader.team_id).where(leads)
            ):
                ids.setdefault(user, set()).add(team)
            people = _people_of_leaders(leads).subquery()
            holding = select(people.c.leader, HOLDERS.c.extension, HOLDERS.c.since, HOLDERS.c.until)
            for user, *held in await self._session.execute(
                holding.join(HOLDERS, HOLDERS.c.user_id == people.c.person)
            ):
                phones.setdefault(user, set()).add(Held(*held))
            serving = select(people.c.leader, Membership.queue).join(Agent, Agent.user_id == people.c.person)
            for user, queue in await self._session.execute(
                serving.join(Membership, Membership.extension == Agent.extension)
            ):
                queues.setdefault(user, set()).add(queue)
        return {
            user: Teams(frozenset(of), frozenset(phones.get(user, ())), frozenset(queues.get(user, ())))
            for user, of in ids.items()
        }


def _people_of_leaders(leads: ColumnElement[bool]) -> CompoundSelect[tuple[int, int]]:
    """Whose calls they may see: members of their teams, and they themselves."""
    members = (
        select(TeamLeader.user_id.label("leader"), TeamMember.user_id.label("person"))
        .join(TeamMember, TeamMember.team_id == TeamLeader.team_id)
        .where(leads)
    )
    return union(members, select(TeamLeader.user_id, TeamLeader.user_id).where(leads))
