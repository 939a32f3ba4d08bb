"""How long a session holds, what ends it, and what it is worth while the database is away."""

from collections.abc import Callable

import pytest
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from agent_console.api.common.access import COOKIE
from cti.control.commands import HangUp
from office.users import set_password
from storage.repositories.audit import Audit
from storage.repositories.sign_ins import SignIns
from storage.repositories.users import Agents
from tests.support.operators import OPERATOR
from tests.unit.agent_console.world import World


async def test_signing_out_ends_the_session_also_for_a_copied_cookie(world: World) -> None:
    browser = await world.browser("lina")
    token = browser.cookies[COOKIE]
    csrf = browser.headers["X-CSRF-Token"]
    answer = await browser.delete("/api/v1/session")
    assert answer.status_code == 204
    assert f'{COOKIE}=""' in answer.headers["set-cookie"]
    async with world.stranger() as thief:
        thief.cookies.set(COOKIE, token)
        assert (await thief.get("/api/v1/session")).json()["code"] == "not_signed_in"
        replayed = await thief.post("/api/v1/agent/ready", headers={"X-CSRF-Token": csrf})
        assert replayed.status_code == 401
    assert world.control.commands == []
    async with world.db.session() as session:
        newest = (await Audit(session).newest())[0]
    assert (newest.user_id, newest.action, newest.result) == (1, "sign_out", "done")


async def test_a_new_password_ends_every_session(world: World) -> None:
    browsers = [await world.browser("lina") for _ in range(2)]
    other = await world.browser("wangwei")
    await set_password(world.db, "lina", "four words in a row", now=world.clock(), by=OPERATOR)
    assert [(await browser.get("/api/v1/session")).status_code for browser in browsers] == [401, 401]
    assert (await other.get("/api/v1/session")).status_code == 200


async def test_an_idle_session_ends_and_a_used_one_does_not(world: World) -> None:
    used, idle = await world.browser("lina"), await world.browser("wangwei")
    for _ in range(3):
        world.clock.advance(minutes=25)
        assert (await used.get("/api/v1/session")).status_code == 200
        await world.services.flush_sessions()
    assert (await idle.get("/api/v1/session")).status_code == 401


async def test_no_session_outlives_the_absolute_limit(world: World) -> None:
    browser = await world.browser("lina")
    for _ in range(28):
        world.clock.advance(minutes=29)
        assert (await browser.get("/api/v1/session")).status_code == 200
        await world.services.flush_sessions()
    world.clock.advance(minutes=29)
    assert (await browser.get("/api/v1/session")).status_code == 401


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Lets every question about a session fail from now on."""

    async def nobody_answers(*_: object) -> None:
        raise OperationalError("SELECT", {}, Exception("unable to open database file"))

    return lambda: monkeypatch.setattr(SignIns, "find", nobody_answers)


async def test_while_the_database_is_away_who_was_there_goes_on_with_their_calls(
    world: World, away: Callable[[], None]
) -> None:
    browser, other = await world.browser("lina"), await world.browser("wangwei")
    await browser.get("/api/v1/calls")
    away()
    assert (await browser.post("/api/v1/calls/rd-1/hangup")).status_code == 204
    answer = await other.post("/api/v1/calls/rd-1/hangup")
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_away")
    world.clock.advance(minutes=31)
    assert (await browser.post("/api/v1/calls/rd-1/hangup")).status_code == 503
    assert world.control.commands == [HangUp("rd-1", "1001")]


async def test_who_signed_out_is_not_remembered(world: World, away: Callable[[], None]) -> None:
    browser = await world.browser("lina")
    token = browser.cookies[COOKIE]
    assert (await browser.delete("/api/v1/session")).status_code == 204
    away()
    async with world.stranger() as thief:
        thief.cookies.set(COOKIE, token)
        assert (await thief.get("/api/v1/session")).status_code == 503


async def test_use_that_could_not_be_written_is_written_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def locked(*_: object, **__: object) -> None:
        raise OperationalError("UPDATE", {}, Exception("database is locked"))

    browser = await world.browser("lina")
    world.clock.advance(minutes=50)
    await browser.get("/api/v1/session")
    with monkeypatch.context() as patched, capture_logs() as logs:
        patched.setattr(SignIns, "touch", locked)
        await world.services.flush_sessions()
    assert [entry["event"] for entry in logs] == ["use_of_sessions_not_written"]
    await world.services.flush_sessions()
    world.clock.advance(minutes=50)
    assert (await browser.get("/api/v1/session")).status_code == 200


async def test_an_open_console_is_looked_at_by_the_terms_that_it_was_given(world: World) -> None:
    """Where the two differed every console would be sent away at each look."""
    async with world.db.transaction() as session:
        agents = Agents(session)
        desk, renewed = await agents.by_extension("1002"), await agents.by_extension("1001")
        assert desk is not None
        assert renewed is not None
        desk.phone, renewed.phone_epoch = "desk", 7
    given = {login: (await world.open_session(login))[1] for login in ("lina", "wangwei", "zhaomin", "admin")}
    looked_at = await world.services.sessions.still_valid([who.token_hash for who in given.values()])
    assert looked_at == {who.token_hash: who.terms for who in given.values()}
    assert [who.terms.phone_in_browser for who in given.values()] == [True, False, True, False]
