"""Teams: made, changed and removed, noted with numbers, and what leading them lets somebody see."""

import pytest

from office.rules.people import Role
from office.staff import set_extension
from office.teams import put_team, remove_team
from office.users import NewUser, UserProblem, add_user
from storage.database import Database
from storage.repositories.audit import Audit
from storage.repositories.routing import Queues
from storage.repositories.teams import TeamBook, TeamPeople
from storage.repositories.users import Users
from storage.scope import Held, Teams
from storage.tables import Queue
from tests.support.operators import OPERATOR
from tests.unit.storage.builders import NOON, later


@pytest.fixture
async def four(db: Database) -> Database:
    """Three who take calls in queues of their own, and their supervisor."""
    async with db.transaction() as s:
        for name in ("sales", "service", "complaints"):
            await Queues(s).put(Queue(name=name, title_zh=name, title_en=name))
    for login, role, queues in (
        ("lina", Role.AGENT, ("sales",)),
        ("wangwei", Role.AGENT, ("service",)),
        ("chen", Role.AGENT, ("complaints",)),
        ("zhaomin", Role.SUPERVISOR, ()),
    ):
        user = NewUser(login=login, name=login, role=role, password="four words in a row", queues=queues)
        await add_user(db, user, now=NOON, by=OPERATOR)
    return db


async def put(db: Database, name: str, leaders: list[str], members: list[str]) -> None:
    await put_team(db, name, leaders=leaders, members=members, now=NOON, by=OPERATOR)


async def ids(db: Database) -> dict[str, int]:
    async with db.session() as s:
        return {user.login: user.id for user in await Users(s).all()}


async def led(db: Database, login: str) -> Teams | None:
    number = (await ids(db))[login]
    async with db.session() as s:
        return (await TeamBook(s).led_by([number])).get(number)


async def test_a_team_is_made_changed_and_removed_and_each_is_noted(four: Database) -> None:
    await put(four, " North ", ["zhaomin"], ["lina", "wangwei"])
    await put(four, "North", ["ZhaoMin"], ["chen"])
    async with four.session() as s:
        assert await TeamBook(s).all() == [TeamPeople("North", ("zhaomin",), ("chen",))]
        entries = [it for it in await Audit(s).newest() if it.action.startswith("team")]
    of, team = await ids(four), entries[0].object
    assert team.startswith("team:")
    assert [(it.object, it.detail, it.result) for it in reversed(entries)] == [
        (team, {"leaders": [of["zhaomin"]], "members": sorted([of["lina"], of["wangwei"]])}, "done"),
        (team, {"leaders": [of["zhaomin"]], "members": [of["chen"]]}, "done"),
    ]
    await remove_team(four, "North", now=NOON, by=OPERATOR)
    async with four.session() as s:
        assert await TeamBook(s).all() == []
    assert await led(four, "zhaomin") is None


async def test_who_leads_sees_all_phones_that_the_members_and_they_themselves_ever_had(
    four: Database,
) -> None:
    await put(four, "North", ["zhaomin"], ["lina"])
    await put(four, "South", ["zhaomin"], ["wangwei"])
    await set_extension(four, "lina", "1009", now=later(60), by=OPERATOR)
    teams = await led(four, "zhaomin")
    assert teams is not None
    assert teams.extensions == {"1009", "1002", "1004"}
    assert teams.queues == {"sales", "service"}
    was = [held for held in teams.phones if held.ext == "1001"]
    assert [(held.had_extension(later(59)), held.had_extension(later(61))) for held in was] == [(True, False)]
    assert Held("1003") not in {Held(held.ext) for held in teams.phones}
    # Who works in a team sees no more for it.
    assert await led(four, "lina") is None


@pytest.mark.parametrize(
    ("name", "leaders", "reason"),
    [("North", ["nobody"], "no user nobody"), ("  ", [], "a team has a name")],
)
async def test_what_cannot_be_changes_nothing(
    four: Database, name: str, leaders: list[str], reason: str
) -> None:
    with pytest.raises(UserProblem, match=reason):
        await put(four, name, leaders, ["lina"])
    with pytest.raises(UserProblem, match="no team North"):
        await remove_team(four, "North", now=NOON, by=OPERATOR)
    async with four.session() as s:
        assert await TeamBook(s).all() == []
        assert {it.result for it in await Audit(s).newest(limit=2)} == {"refused"}
