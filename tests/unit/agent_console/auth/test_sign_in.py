"""Signing in and out, and who is kept out."""

import asyncio
import itertools
import re
import threading
from pathlib import Path

import httpx
import pytest
import time_machine
from argon2 import PasswordHasher

from agent_console.auth import passwords as passwords_module
from agent_console.auth.sessions import hash_token
from agent_console.auth.throttle import network_of
from agent_console.settings import ConsoleSettings, SignInSettings
from cti.domain.pauses import PAUSE_REASONS
from office.passwords import hash_password, needs_rehash, verify_password
from storage.database import Database
from storage.repositories.audit import Audit
from storage.repositories.sign_ins import SignIns
from storage.repositories.users import Users
from storage.tables import Agent
from tests.unit.agent_console.world import LOGINS, World, build, running

PASSWORD = "correct horse 电池"
COOKIE = "ringdesk_session"


async def give_password(world: World, login: str = "lina", password: str = PASSWORD) -> None:
    async with world.db.transaction() as session:
        user = await Users(session).by_login(login)
        assert user is not None
        await Users(session).set_password_hash(user.id, hash_password(password))


async def sign_in(
    browser: httpx.AsyncClient, login: str = "lina", password: str = PASSWORD
) -> httpx.Response:
    return await browser.post("/api/v1/session", json={"login": login, "password": password})


async def audit_of(world: World) -> list[tuple[str, str, str]]:
    async with world.db.session() as session:
        return [
            (it.action, LOGINS.get(it.user_id or 0, it.account), it.result)
            for it in await Audit(session).newest()
        ]


async def test_signing_in_opens_a_session_that_only_the_browser_holds(world: World) -> None:
    await give_password(world)
    async with world.stranger() as browser:
        answer = await sign_in(browser, " LINA ")
        assert answer.status_code == 200
        me = answer.json()
        assert me["user"] == {
            "id": 1,
            "login": "lina",
            "name": "李娜",
            "name_en": "Li Na",
            "role": "agent",
            "language": "",
            "theme": "system",
        }
        assert me["agent"] == "1001"
        assert me["phone"] == {
            "ws_url": "ws://console.test:8088/ws",
            "sip_uri": "sip:1001@ringdesk",
            "auth_user": "1001",
            "password": "secret-1001-0",
            "realm": "ringdesk",
            "changed_by": "",
        }
        assert me["pauses"] == list(PAUSE_REASONS)
        assert me["hotlines"] == [{"number": "4001", "name": "服务"}]
        assert me["time_zone"] == "Asia/Shanghai"
        assert (await browser.get("/api/v1/session")).json() == me
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Secure" not in cookie
    token = answer.cookies[COOKIE]
    async with world.db.session() as session:
        assert await SignIns(session).find(token, world.clock()) is None
        assert await SignIns(session).find(hash_token(token), world.clock()) is not None
    assert await audit_of(world) == [("sign_in", "lina", "done")]


async def test_the_cookie_is_secure_under_tls(db: Database, tmp_path: Path) -> None:
    origin = "https://console.test"
    async with running(build(db, tmp_path, origins=frozenset({origin}))) as world:
        await give_password(world)
        async with world.stranger(Origin=origin) as browser:
            answer = await browser.post(
                f"{origin}/api/v1/session", json={"login": "lina", "password": PASSWORD}
            )
    assert answer.status_code == 200
    assert "Secure" in answer.headers["set-cookie"]


@pytest.mark.parametrize(
    ("login", "password"), [("lina", "wrong"), ("nobody", PASSWORD), ("wangwei", PASSWORD)]
)
async def test_every_wrong_sign_in_gets_the_same_answer_and_costs_one_verification(
    world: World, login: str, password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await give_password(world)
    await give_password(world, "wangwei")
    async with world.db.transaction() as session:
        await Users(session).set_active(2, False)
    verified: list[str] = []
    real = verify_password

    def noting(password_hash: str, given: str) -> bool:
        verified.append(password_hash)
        return real(password_hash, given)

    monkeypatch.setattr(passwords_module, "verify_password", noting)
    async with world.stranger() as browser:
        answer = await sign_in(browser, login, password)
    assert answer.status_code == 401
    assert answer.json() == {
        "type": "about:blank",
        "title": "Unauthorized",
        "status": 401,
        "code": "wrong_credentials",
        "detail": "Login or password is wrong.",
    }
    assert "set-cookie" not in answer.headers
    # The dummy of an unknown login must be as hard as a real hash.
    assert [needs_rehash(hash_) for hash_ in verified] == [False]
    assert await audit_of(world) == [("sign_in", "no…" if login == "nobody" else login, "refused")]


async def test_a_password_hash_that_is_too_weak_is_renewed(world: World) -> None:
    async with world.db.transaction() as session:
        await Users(session).set_password_hash(1, PasswordHasher(2, 16, 1).hash(PASSWORD))
    async with world.stranger() as browser:
        assert (await sign_in(browser)).status_code == 200
        assert (await sign_in(browser)).status_code == 200
    async with world.db.session() as session:
        user = await Users(session).by_id(1)
    assert user is not None
    assert not needs_rehash(user.password_hash)


async def test_a_session_planted_before_the_sign_in_is_worthless_after_it(world: World) -> None:
    await give_password(world)
    planted, _ = await world.open_session("wangwei")
    async with world.stranger() as victim:
        victim.cookies.set(COOKIE, planted, domain="console.test")
        answer = await sign_in(victim)
        assert answer.cookies[COOKIE] != planted
    async with world.stranger() as attacker:
        attacker.cookies.set(COOKIE, planted)
        assert (await attacker.get("/api/v1/session")).status_code == 401


async def test_a_login_that_is_guessed_at_is_closed_for_a_while(
    world: World, frozen: time_machine.Traveller
) -> None:
    await give_password(world)
    async with world.stranger() as browser:
        answers = [await sign_in(browser, password=f"guess {n}") for n in range(11)]
        assert [a.status_code for a in answers] == [401] * 10 + [429]
        assert answers[-1].json()["code"] == "too_many_attempts"
        assert 0 < int(answers[-1].headers["retry-after"]) <= 600
        assert (await sign_in(browser)).status_code == 429
        assert (await sign_in(browser, "wangwei", "x")).status_code == 401
        frozen.shift(601)
        assert (await sign_in(browser)).status_code == 200


async def test_the_right_password_forgives_what_failed_before(
    world: World, frozen: time_machine.Traveller
) -> None:
    await give_password(world)
    async with world.stranger() as browser:
        for _ in range(3):
            for n in range(8):
                assert (await sign_in(browser, password=f"guess {n}")).status_code == 401
            assert (await sign_in(browser)).status_code == 200


async def test_one_address_cannot_try_many_logins(
    db: Database, tmp_path: Path, frozen: time_machine.Traveller
) -> None:
    settings = ConsoleSettings(sign_in=SignInSettings(attempts_per_address="5 per minute"))
    async with running(build(db, tmp_path, settings)) as world, world.stranger() as browser:
        statuses = [(await sign_in(browser, f"user{n}")).status_code for n in range(6)]
    assert statuses == [401] * 5 + [429]


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8::7", "2001:db8::/64"),
        ("2001:db8::1:2:3:4%eth0", "2001:db8::/64"),
        ("a socket file", "a socket file"),
    ],
)
def test_who_may_change_the_end_of_an_address_is_counted_by_its_beginning(
    address: str, counted_as: str
) -> None:
    assert network_of(address) == counted_as


def test_a_rate_that_is_none_is_refused_with_the_settings() -> None:
    with pytest.raises(ValueError, match="attempts_per_address"):
        SignInSettings(attempts_per_address="as often as you like")


async def test_many_sign_ins_at_once_are_bounded_and_all_answered(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = ConsoleSettings(sign_in=SignInSettings(hashes_at_once=1, hashes_waiting=1))
    release = threading.Event()
    monkeypatch.setattr(passwords_module, "verify_password", lambda *_: release.wait(10) and False)
    async with running(build(db, tmp_path, settings)) as world, world.stranger() as browser:
        tries = [asyncio.create_task(sign_in(browser, f"user{n}")) for n in range(5)]
        refused = [await first for first in itertools.islice(asyncio.as_completed(tries), 3)]
        release.set()
        answers = await asyncio.gather(*tries)
    assert {(a.status_code, a.json()["code"]) for a in refused} == {(503, "busy")}
    assert sorted(a.status_code for a in answers) == [401, 401, 503, 503, 503]


async def test_a_desk_phone_and_a_user_without_phone_get_no_account(world: World) -> None:
    async with world.db.transaction() as session:
        agent = await session.get(Agent, "1001")
        assert agent is not None
        agent.phone = "desk"
    lina = await world.browser("lina")
    me = (await lina.get("/api/v1/session")).json()
    assert (me["agent"], me["phone"]) == ("1001", None)
    admin = await world.browser("admin")
    me = (await admin.get("/api/v1/session")).json()
    assert (me["agent"], me["phone"]) == (None, None)
    assert "see_all_calls" in me["privileges"]


async def test_a_refused_sign_in_never_repeats_the_password(world: World) -> None:
    async with world.stranger() as browser:
        answer = await browser.post("/api/v1/session", json={"login": "", "password": "hunter2" * 200})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_request"
    assert not re.search("hunter2", answer.text)


@pytest.mark.parametrize("origin", ["http://evil.test", "null", "", "http://console.test.evil.test"])
async def test_a_foreign_page_cannot_sign_anyone_in(world: World, origin: str) -> None:
    await give_password(world)
    async with world.stranger(Origin=origin) as browser:
        answer = await sign_in(browser)
    assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin")
    assert "set-cookie" not in answer.headers
