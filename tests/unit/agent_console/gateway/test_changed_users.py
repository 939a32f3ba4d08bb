"""An open console whose user was changed ends with a code that says why, and comes back with new rights."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from agent_console.gateway.protocol import CloseCode
from agent_console.settings import GatewaySettings
from cti.domain import events as ev
from office.rules.people import Role
from office.staff import deactivate, renew_phone_password, set_extension, set_queues, set_role
from office.teams import put_team, remove_team
from office.users import set_password
from storage.database import Database
from storage.repositories.sign_ins import SignIns
from storage.repositories.users import Users
from tests.support.operators import OPERATOR
from tests.unit.agent_console.moments import NOON
from tests.unit.agent_console.tabs import LiveWorld, Tab, live_world
from tests.unit.agent_console.world import World

Change = Callable[[Database], Awaitable[None]]

WORDS = "four words in a row"


@pytest.fixture
async def live(db: Database, tmp_path: Path) -> AsyncIterator[LiveWorld]:
    async with live_world(db, tmp_path) as it:
        yield it


async def is_open(live: LiveWorld, tab: Tab) -> None:
    """It still hears of what happens."""
    live.world.live.observe(ev.PhoneReachable(at=NOON, agent="1001"))
    await tab.caught_up(live.world.live.floor.seq)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (
            lambda db: set_password(db, "zhaomin", "four words in a row", now=NOON, by=OPERATOR),
            CloseCode.PASSWORD_CHANGED,
        ),
        (lambda db: deactivate(db, "zhaomin", now=NOON, by=OPERATOR), CloseCode.DEACTIVATED),
        (lambda db: set_role(db, "zhaomin", Role.AGENT, now=NOON, by=OPERATOR), CloseCode.TERMS_CHANGED),
        (lambda db: set_extension(db, "zhaomin", "1009", now=NOON, by=OPERATOR), CloseCode.TERMS_CHANGED),
        (lambda db: renew_phone_password(db, "zhaomin", now=NOON, by=OPERATOR), CloseCode.TERMS_CHANGED),
        (
            lambda db: put_team(db, "A", leaders=["zhaomin"], members=["lina"], now=NOON, by=OPERATOR),
            CloseCode.TERMS_CHANGED,
        ),
    ],
)
async def test_an_open_console_is_told_why_it_ends(live: LiveWorld, change: Change, code: CloseCode) -> None:
    tab, other = await live.desk("zhaomin"), await live.desk("wangwei")
    await change(live.world.db)
    await live.world.services.hub.check_sessions()
    assert await tab.closed() == code
    await is_open(live, other)


async def test_other_queues_or_another_name_close_no_console(live: LiveWorld) -> None:
    tab = await live.desk("lina")
    await set_queues(live.world.db, "lina", ["sales"], now=NOON, by=OPERATOR)
    async with live.world.db.transaction() as session:
        await Users(session).set_preferences(1, language="en", theme="dark")
    await live.world.services.hub.check_sessions()
    await is_open(live, tab)


async def test_who_comes_back_after_a_change_of_role_sees_what_the_new_one_may_see(live: LiveWorld) -> None:
    token, _ = await live.world.open_session("zhaomin")
    tab = await live.tab("zhaomin", token=token)
    await tab.hello()
    await set_role(live.world.db, "zhaomin", Role.AGENT, now=NOON, by=OPERATOR)
    await live.world.services.hub.check_sessions()
    assert await tab.closed() == CloseCode.TERMS_CHANGED
    again = await live.tab("zhaomin", token=token)
    snapshot = await again.hello()
    assert str(snapshot["epoch"]).endswith("/agent-1003")


async def test_the_console_gets_the_phones_new_password_and_its_reason(world: World) -> None:
    browser = await world.browser("lina")
    assert (await browser.get("/api/v1/session")).json()["phone"]["password"] == "secret-1001-0"
    await renew_phone_password(world.db, "lina", now=NOON, by=OPERATOR)
    phone = (await browser.get("/api/v1/session")).json()["phone"]
    epoch = int(NOON.timestamp() * 1000)
    assert (phone["password"], phone["changed_by"]) == (f"secret-1001-{epoch}", "administrator")


async def test_a_console_is_told_when_the_secret_behind_all_phones_is_another(
    db: Database, tmp_path: Path
) -> None:
    master = ["first"]
    async with live_world(db, tmp_path) as live:
        sessions = live.world.services.sessions
        sessions._phone_password = lambda ext, epoch: f"{master[0]}-{ext}-{epoch}"
        agent, admin = await live.desk("lina"), await live.desk("admin")
        await live.world.services.hub.check_sessions()
        master[0] = "second"
        await live.world.services.hub.check_sessions()
        assert await agent.closed() == CloseCode.TERMS_CHANGED
        await is_open(live, admin)


async def test_who_was_found_to_be_out_is_not_remembered_while_the_database_is_away(
    live: LiveWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nobody_answers(*_: object) -> None:
        raise OperationalError("SELECT", {}, Exception("away"))

    token, _ = await live.world.open_session("lina")
    tab = await live.tab("lina", token=token)
    await tab.hello()
    await deactivate(live.world.db, "lina", now=NOON, by=OPERATOR)
    await live.world.services.hub.check_sessions()
    monkeypatch.setattr(SignIns, "find", nobody_answers)
    with pytest.raises(OperationalError):
        await live.world.services.sessions.find(token)


def test_a_change_counts_within_seconds() -> None:
    assert GatewaySettings().session_check_seconds <= 3


async def test_what_a_leader_may_no_longer_see_disappears_from_the_open_console(live: LiveWorld) -> None:
    world = live.world
    for call_id, agent in (("rd-1", "1001"), ("rd-2", "1002")):
        world.live.observe(ev.CallStarted(at=NOON, call_id=call_id))
        world.live.observe(ev.LegStarted(at=NOON, call_id=call_id, agent=agent))
    token, _ = await world.open_session("zhaomin")

    async def seen(tab: Tab) -> set[str]:
        await tab.hello()
        return set(tab.picture.state["calls"])

    tab = await live.tab("zhaomin", token=token)
    assert await seen(tab) == {"rd-1", "rd-2"}

    async def closed(tab: Tab) -> None:
        await world.services.hub.check_sessions()
        assert await tab.closed() == CloseCode.TERMS_CHANGED

    for members, calls in ((["lina"], {"rd-1"}), (["wangwei"], {"rd-2"}), ([], set())):
        await put_team(world.db, "A", leaders=["zhaomin"], members=members, now=NOON, by=OPERATOR)
        await closed(tab)
        tab = await live.tab("zhaomin", token=token)
        assert await seen(tab) == calls
    # What their people serve changes what waits in sight, and closes nothing.
    await put_team(world.db, "A", leaders=["zhaomin"], members=["lina"], now=NOON, by=OPERATOR)
    await closed(tab)
    tab = await live.desk("zhaomin")
    await set_queues(world.db, "lina", ["sales"], now=NOON, by=OPERATOR)
    await world.services.hub.check_sessions()
    await is_open(live, tab)
    await remove_team(world.db, "A", now=NOON, by=OPERATOR)
    await closed(tab)
    assert await seen(await live.tab("zhaomin", token=token)) == {"rd-1", "rd-2"}
