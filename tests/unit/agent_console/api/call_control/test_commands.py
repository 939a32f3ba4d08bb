"""What agents and supervisors ask for, and what they hear when it cannot be done."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest
from httpx import AsyncClient

from agent_console.settings import ConsoleSettings
from cti.control import commands as cmd
from cti.control.commands import Refused, Unanswered
from storage.database import Database
from storage.repositories.audit import Audit
from tests.unit.agent_console.world import World, build, running

HOSTILE = "${SHELL(rm)}\"'<script>\r\nAction: Originate"


@pytest.mark.parametrize(
    ("path", "body", "command"),
    [
        ("/agent/ready", None, cmd.GoReady("1001")),
        ("/agent/pause", {"reason": "lunch"}, cmd.Pause("1001", "lunch")),
        ("/agent/signout", None, cmd.SignOut("1001", by="lina")),
        ("/calls/rd-1.5/answer", None, cmd.Answer("rd-1.5", "1001")),
        ("/calls/rd-1.5/hangup", None, cmd.HangUp("rd-1.5", "1001")),
        ("/calls/rd-1.5/hold", None, cmd.Hold("rd-1.5", "1001")),
        ("/calls/rd-1.5/resume", None, cmd.Resume("rd-1.5", "1001")),
        ("/calls/rd-1.5/mute", None, cmd.Mute("rd-1.5", "1001")),
        ("/calls/rd-1.5/unmute", None, cmd.Unmute("rd-1.5", "1001")),
        (
            "/calls/rd-1.5/transfer",
            {"to_queue": "sales", "note": "她要退款"},
            cmd.TransferToQueue("rd-1.5", "1001", "sales", "她要退款"),
        ),
        (
            "/calls/rd-1.5/transfer",
            {"to_agent": "1002"},
            cmd.TransferToAgent("rd-1.5", "1001", "1002", ""),
        ),
        ("/calls/rd-1.5/customer", {"customer": 7}, cmd.ChooseCustomer("rd-1.5", "1001", 7)),
    ],
)
async def test_each_request_is_the_command_of_the_agent_who_made_it(
    world: World, path: str, body: Any, command: cmd.Command
) -> None:
    browser = await world.browser("lina")
    answer = await browser.post(f"/api/v1{path}", json=body)
    assert (answer.status_code, answer.content) == (204, b"")
    assert world.control.commands == [command]


@pytest.mark.parametrize(
    ("path", "body", "command"),
    [
        ("/dial", {"number": "+86 138"}, cmd.Dial("1001", "+86 138")),
        (
            "/test-call",
            {"hotline": "4001", "from": "+8613800138000", "keys": "1"},
            cmd.PlaceTestCall("4001", "+8613800138000", "1"),
        ),
    ],
)
async def test_a_request_that_starts_a_call_says_which(
    world: World, path: str, body: Any, command: cmd.Command
) -> None:
    world.control.call_id = "out-1"
    browser = await world.browser("lina")
    assert (await browser.post(f"/api/v1{path}", json=body)).json() == {"call": "out-1"}
    assert world.control.commands == [command]


@pytest.mark.usefixtures("frozen")
async def test_one_user_cannot_fill_asterisk_with_test_calls(world: World) -> None:
    body = {"hotline": "4001", "from": "1", "keys": ""}
    browser, other = await world.browser("lina"), await world.browser("wangwei")
    answers = [await browser.post("/api/v1/test-call", json=body) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert answers[-1].json()["code"] == "too_many_attempts"
    assert 0 < int(answers[-1].headers["retry-after"]) <= 120
    assert (await other.post("/api/v1/test-call", json=body)).status_code == 200
    assert len(world.control.commands) == 11
    async with world.db.session() as session:
        (refused,) = [entry for entry in await Audit(session).newest() if entry.result == "refused"]
    assert (refused.user_id, refused.action, refused.object, refused.why, refused.asked_id) == (
        1,
        "test_call",
        "hotline:4001",
        "too_many_attempts",
        None,
    )


async def test_who_placed_a_test_call_is_in_the_audit_with_what_came_of_it(world: World) -> None:
    body = {"hotline": "4001", "from": "+8613800138000", "keys": ""}
    browser = await world.browser("lina")
    await browser.post("/api/v1/test-call", json=body)
    world.control.refusal = Refused("asterisk_refused", "Asterisk refused")
    await browser.post("/api/v1/test-call", json=body)
    async with world.db.session() as session:
        entries = [entry for entry in await Audit(session).newest() if entry.action == "test_call"]
    assert [(e.user_id, e.object, e.result, e.why) for e in entries] == [
        (1, "hotline:4001", "refused", "asterisk_refused"),
        (1, "hotline:4001", "asked", ""),
        (1, "hotline:4001", "done", ""),
        (1, "hotline:4001", "asked", ""),
    ]
    assert not any("138000" in str((e.detail, e.why, e.object)) for e in entries)


@pytest.mark.usefixtures("frozen")
async def test_one_user_cannot_dial_without_end_but_always_call_for_help(
    db: Database, tmp_path: Path
) -> None:
    settings = ConsoleSettings(dials_per_user="3 per minute")
    for_help = {"is_emergency": lambda number: number == "120"}
    async with running(build(db, tmp_path, settings, **for_help)) as world:
        browser, other = await world.browser("lina"), await world.browser("wangwei")
        answers = [await browser.post("/api/v1/dial", json={"number": "13900139000"}) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200] * 3 + [429]
        assert answers[-1].json()["code"] == "too_many_attempts"
        assert (await browser.post("/api/v1/dial", json={"number": "120"})).status_code == 200
        assert (await other.post("/api/v1/dial", json={"number": "13900139000"})).status_code == 200
        assert len(world.control.commands) == 5


async def test_each_dial_is_in_the_audit_with_what_came_of_it(world: World) -> None:
    browser = await world.browser("lina")
    world.control.call_id = "out-1"
    await browser.post("/api/v1/dial", json={"number": "+8613900139000"})
    world.control.refusal = Refused("premium_number", "Not here.")
    await browser.post("/api/v1/dial", json={"number": "16812345"})
    async with world.db.session() as session:
        entries = [entry for entry in await Audit(session).newest() if entry.action == "dial"]
    assert [(e.user_id, e.object, e.result, e.why, e.detail) for e in entries] == [
        (1, "agent:1001", "refused", "premium_number", {"number": "1681…45"}),
        (1, "agent:1001", "done", "", {"number": "+861…00", "call": "out-1"}),
    ]


async def test_a_database_that_is_away_keeps_nobody_from_dialling(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = await world.browser("lina")
    world.control.call_id = "out-1"
    assert (await browser.get("/api/v1/session")).status_code == 200

    def away(_: Database) -> NoReturn:
        raise OSError("the database is away")

    with monkeypatch.context() as patch:
        patch.setattr(Database, "transaction", away)
        answer = await browser.post("/api/v1/dial", json={"number": "+8613900139000"})
    assert answer.json() == {"call": "out-1"}


async def test_a_refusal_is_a_conflict_with_its_code(world: World) -> None:
    world.control.refusal = Refused("phone_unreachable", "Your phone is not connected.")
    browser = await world.browser("lina")
    answer = await browser.post("/api/v1/agent/ready")
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "code": "phone_unreachable",
        "detail": "Your phone is not connected.",
    }


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/agent/pause", {}),
        ("/agent/pause", {"reason": ""}),
        ("/agent/pause", {"reason": "x" * 65}),
        ("/agent/pause", {"reason": 7}),
        ("/agent/pause", {"reason": "lunch", "agent": "1002"}),
        ("/calls/rd-1/transfer", {}),
        ("/calls/rd-1/transfer", {"to_queue": "sales", "to_agent": "1002"}),
        ("/calls/rd-1/transfer", {"to_queue": "sales", "note": "x" * 2001}),
        ("/calls/rd-1/customer", {"customer": 0}),
        ("/calls/rd%00/answer", None),
        (f"/calls/{'x' * 129}/answer", None),
        ("/dial", {"number": ""}),
        ("/dial", {"number": "1" * 65}),
        ("/test-call", {"hotline": HOSTILE, "from": "1"}),
        ("/test-call", {"hotline": "4001", "from": HOSTILE}),
        ("/test-call", {"hotline": "4001", "from": "1", "keys": "1,2"}),
    ],
)
async def test_a_request_of_the_wrong_form_is_no_command(world: World, path: str, body: Any) -> None:
    browser = await world.browser("lina")
    answer = await browser.post(f"/api/v1{path}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert answer.json()["fields"]
    assert world.control.commands == []


async def test_who_has_no_phone_cannot_act_as_an_agent(world: World) -> None:
    browser = await world.browser("admin")
    for path in ("/agent/ready", "/calls/rd-1/answer", "/dial"):
        answer = await browser.post(f"/api/v1{path}", json={"number": "1"} if path == "/dial" else None)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_an_agent")
    assert world.control.commands == []


async def test_a_stranger_can_do_nothing(world: World) -> None:
    async with world.stranger() as browser:
        for path in ("/agent/ready", "/calls/rd-1/answer", "/agents/1001/signout", "/test-call"):
            assert (await browser.post(f"/api/v1{path}")).json()["code"] == "not_signed_in"
    assert world.control.commands == []


async def sign_out_audit(world: World) -> list[tuple[str, str, bool]]:
    """Result, reason and whether it answers the first entry, oldest first."""
    async with world.db.session() as session:
        entries = list(reversed(await Audit(session).newest(object="agent:1001")))
    for entry in entries:
        assert (entry.user_id, entry.action, entry.via) == (3, "agent_sign_out", "console")
        assert (entry.detail, entry.ip) == ({"reason": "went home"}, "127.0.0.1")
    return [(entry.result, entry.why, entry.asked_id == entries[0].id) for entry in entries]


async def test_a_supervisor_signs_out_a_stuck_agent_and_it_is_noted(world: World) -> None:
    browser = await world.browser("zhaomin")
    answer = await browser.post("/api/v1/agents/1001/signout", json={"reason": "went home"})
    assert answer.status_code == 204
    assert world.control.commands == [cmd.SignOut("1001", by="zhaomin", reason="went home")]
    assert await sign_out_audit(world) == [("asked", "", False), ("done", "", True)]


@pytest.mark.parametrize(
    ("refusal", "result"),
    [
        (Refused("asterisk_refused", "no"), ("refused", "asterisk_refused")),
        (Unanswered("asterisk_away", "silence"), ("failed", "asterisk_away")),
    ],
)
async def test_a_sign_out_that_did_not_happen_is_not_noted_as_done(
    world: World, refusal: Refused, result: tuple[str, str]
) -> None:
    world.control.refusal = refusal
    browser = await world.browser("zhaomin")
    answer = await browser.post("/api/v1/agents/1001/signout", json={"reason": "went home"})
    assert (answer.status_code, answer.json()["code"]) == (409, refusal.code)
    assert await sign_out_audit(world) == [("asked", "", False), (*result, True)]


async def test_an_agent_cannot_sign_out_another(world: World) -> None:
    browser = await world.browser("lina")
    answer = await browser.post("/api/v1/agents/1002/signout", json={"reason": "mine"})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert world.control.commands == []
    async with world.db.session() as session:
        (entry,) = await Audit(session).newest()
    assert (entry.user_id, entry.action, entry.object) == (
        1,
        "sign_out_agents",
        "/api/v1/agents/1002/signout",
    )
    assert (entry.result, entry.why) == ("refused", "forbidden")


async def test_who_has_no_phone_or_comes_from_another_page_is_noted(world: World) -> None:
    admin, lina = await world.browser("admin"), await world.browser("lina")
    assert (await admin.post("/api/v1/agent/ready")).json()["code"] == "not_an_agent"
    lina.headers["X-CSRF-Token"] = "guessed"
    assert (await lina.post("/api/v1/calls/rd-1/answer")).json()["code"] == "bad_csrf"
    async with world.db.session() as session:
        entries = await Audit(session).newest()
    assert [(it.user_id, it.action, it.object, it.result, it.why) for it in reversed(entries)] == [
        (4, "phone", "/api/v1/agent/ready", "refused", "not_an_agent"),
        (1, "request", "/api/v1/calls/rd-1/answer", "refused", "bad_csrf"),
    ]


async def refusals(world: World) -> list[tuple[str, object]]:
    """What was refused, and how many times it says that was, oldest first."""
    async with world.db.session() as session:
        entries = await Audit(session).newest(limit=1000)
    return [(it.why, it.detail.get("times")) for it in reversed(entries) if it.result == "refused"]


async def forbidden(browser: AsyncClient, times: int) -> None:
    for number in range(times):
        await browser.post(f"/api/v1/agents/{1000 + number}/signout", json={"reason": "mine"})


async def not_theirs(browser: AsyncClient, times: int) -> None:
    for number in range(times):
        await browser.get(f"/api/v1/recordings/{1000 + number}/audio")


async def too_many_dialled(browser: AsyncClient, times: int) -> None:
    for _ in range(20 + times):
        await browser.post("/api/v1/dial", json={"number": "10086"})


async def too_many_test_calls(browser: AsyncClient, times: int) -> None:
    for _ in range(10 + times):
        await browser.post("/api/v1/test-call", json={"hotline": "4001", "from": "1"})


@pytest.mark.usefixtures("frozen")
@pytest.mark.parametrize(
    ("script", "why"),
    [
        (forbidden, "forbidden"),
        (not_theirs, "not_found"),
        (too_many_dialled, "too_many_attempts"),
        (too_many_test_calls, "too_many_attempts"),
    ],
)
async def test_whoever_is_refused_again_and_again_does_not_fill_the_disk(
    world: World, script: Callable[[AsyncClient, int], Awaitable[None]], why: str
) -> None:
    browser = await world.browser("lina")
    await script(browser, 100)
    in_full = [(why, None)] * 10
    assert await refusals(world) == [*in_full, (why, 20), (why, 40), (why, 80)]
    # Another user's refusals, and those of a later time, are written down as if there had been none.
    await script(await world.browser("wangwei"), 1)
    world.clock.advance(minutes=10)
    await forbidden(browser, 1)
    assert (await refusals(world))[13:] == [(why, None), ("forbidden", None)]


async def test_preferences_are_kept_for_the_next_sign_in(world: World) -> None:
    browser = await world.browser("lina")
    wanted = {"language": "zh", "theme": "dark"}
    assert (await browser.put("/api/v1/me/preferences", json=wanted)).json() == wanted
    user = (await browser.get("/api/v1/session")).json()["user"]
    assert (user["language"], user["theme"]) == ("zh", "dark")
    answer = await browser.put("/api/v1/me/preferences", json={"language": "fr", "theme": "dark"})
    assert answer.status_code == 422


@pytest.mark.parametrize("login", [None, "lina"])
async def test_health_is_one_word_for_whoever_asks(world: World, login: str | None) -> None:
    browser = world.stranger() if login is None else await world.browser(login)
    assert (await browser.get("/api/v1/health")).json() == {"status": "ok"}


@pytest.mark.parametrize("login", ["zhaomin", "admin"])
async def test_supervisors_learn_what_is_the_matter(world: World, login: str) -> None:
    browser = await world.browser(login)
    answer = await browser.get("/api/v1/health")
    assert answer.json() == {"status": "ok", "checks": {"database": "ok"}}
    under_a_foreign_name = await browser.get("/api/v1/health", headers={"Host": "evil.test", "Cookie": ""})
    assert under_a_foreign_name.json() == {"status": "ok"}


async def test_health_is_told_while_the_database_is_away(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(token: str) -> None:
        raise ConnectionRefusedError

    browser = await world.browser("zhaomin")
    monkeypatch.setattr(world.services.sessions, "find", away)
    answer = await browser.get("/api/v1/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
