"""The live connection end to end: a real server, real websockets, the real floor."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from agent_console.auth.sessions import hash_token
from agent_console.gateway.protocol import CloseCode
from agent_console.gateway.visibility import Viewer
from agent_console.services import assembly
from cti.bus.topics import FLOOR, PHONE
from cti.control.commands import PhoneInstruction
from cti.domain import events as ev
from office.users import set_password
from storage.database import Database
from storage.repositories.sign_ins import SignIns
from tests.support.operators import OPERATOR
from tests.unit.agent_console.consoles import shown
from tests.unit.agent_console.moments import NOON
from tests.unit.agent_console.tabs import LiveWorld, live_world

LINA, SUPERVISOR = Viewer("1001", False), Viewer("1003", True)


@pytest.fixture
async def live(db: Database, tmp_path: Path) -> AsyncIterator[LiveWorld]:
    async with live_world(db, tmp_path) as it:
        yield it


def observe(live: LiveWorld, *events: ev.Event) -> int:
    """Let the floor hear of this; returns the number of the last change."""
    live.world.live.observe_all(events)
    return live.world.live.floor.seq


def waiting_call(call_id: str = "rd-1", queue: str = "service") -> list[ev.Event]:
    return [
        ev.CallStarted(at=NOON, call_id=call_id, number="+8613800138000", name="<script>alert(1)</script>王"),
        ev.QueueEntered(at=NOON, call_id=call_id, queue=queue),
    ]


async def test_a_snapshot_then_deltas_make_the_picture_of_each_viewer(live: LiveWorld) -> None:
    picture = live.world.services.hub._picture
    agent, supervisor = await live.desk("lina"), await live.desk("zhaomin")
    assert supervisor.picture.state["queues"].keys() == {"service", "sales"}
    for event in [
        ev.MemberAdded(at=NOON, agent="1001", queue="service"),
        *waiting_call("rd-1", "service"),
        *waiting_call("rd-2", "sales"),
        ev.AgentRung(at=NOON, call_id="rd-1", agent="1001", queue="service"),
        ev.LegStarted(at=NOON, call_id="rd-1", agent="1001"),
        ev.MemberAdded(at=NOON, agent="1001", queue="sales"),
        ev.CallEnded(at=NOON, call_id="rd-1"),
        ev.MemberRemoved(at=NOON, agent="1001", queue="sales"),
    ]:
        seq = observe(live, event)
        await supervisor.caught_up(seq)
        assert supervisor.picture.state == shown(picture, SUPERVISOR)
    # Everything the agent was told came before the last change, which concerns them.
    await agent.caught_up(seq)
    assert agent.picture.state == shown(picture, LINA)
    assert agent.picture.state["calls"].keys() == {"rd-1"}
    assert agent.picture.state["calls"]["rd-1"]["name"] == "<script>alert(1)</script>王"


async def test_a_console_that_comes_back_gets_only_what_it_missed(live: LiveWorld) -> None:
    tab = await live.desk("admin")
    observe(live, *waiting_call("rd-1"))
    await tab.caught_up(live.world.live.floor.seq)
    point = {"epoch": tab.picture.epoch, "seq": tab.picture.seq}
    await tab.leave()
    seq = observe(live, ev.CallEnded(at=NOON, call_id="rd-1"))
    back = await live.tab("admin")
    back.picture = tab.picture
    missed = await back.hello(point)
    assert (missed["type"], missed["seq"]) == ("delta", seq)
    assert {(c["kind"], c["id"]) for c in missed["changes"]} == {("calls", "rd-1"), ("queues", "service")}
    assert back.picture.state == shown(live.world.services.hub._picture, SUPERVISOR)


@pytest.mark.parametrize("resume", [{"epoch": "another", "seq": 0}, {"epoch": "epoch-1/all", "seq": 999}])
async def test_what_cannot_be_resumed_begins_with_a_snapshot(live: LiveWorld, resume: dict[str, Any]) -> None:
    tab = await live.tab("zhaomin")
    assert (await tab.hello(resume))["type"] == "snapshot"


async def test_a_stranger_is_told_to_sign_in(live: LiveWorld) -> None:
    assert await (await live.tab(None)).closed() == CloseCode.NOT_SIGNED_IN
    assert await (await live.tab(None, token="forged")).closed() == CloseCode.NOT_SIGNED_IN


@pytest.mark.parametrize("origin", ["http://evil.test", "null", "https://127.0.0.1", None])
async def test_a_foreign_page_gets_nothing_even_with_the_cookie(live: LiveWorld, origin: str | None) -> None:
    tab = await live.tab("zhaomin", origin=origin)
    assert await tab.closed() == CloseCode.FOREIGN_ORIGIN


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("{", CloseCode.MALFORMED),
        (b"\x00\x01", CloseCode.MALFORMED),
        ({"type": "pong"}, CloseCode.MALFORMED),
        ({"type": "hello", "resume": {"epoch": "e"}}, CloseCode.MALFORMED),
        ('{"type":"hello","' + "界" * 60 + '":1}', CloseCode.MALFORMED),
        ("x" * 5000, CloseCode.TOO_LARGE),
    ],
)
async def test_a_bad_first_message_ends_the_connection_with_its_code(
    live: LiveWorld, message: Any, code: CloseCode
) -> None:
    tab = await live.tab("lina")
    await tab.say(message)
    assert await tab.closed() == code


async def test_a_second_hello_is_out_of_place(live: LiveWorld) -> None:
    tab = await live.desk("lina")
    await tab.say({"type": "hello"})
    assert await tab.closed() == CloseCode.MALFORMED


async def test_one_user_cannot_take_all_connections(db: Database, tmp_path: Path) -> None:
    async with live_world(db, tmp_path, connections_per_user=2) as live:
        first, second = await live.desk("lina"), await live.desk("lina")
        assert await (await live.tab("lina")).closed() == CloseCode.TOO_MANY
        other = await live.desk("wangwei")
        await first.leave()
        await other.caught_up(observe(live, ev.MemberAdded(at=NOON, agent="1002", queue="sales")))
        again = await live.desk("lina")
        assert again.picture.state["agents"] == second.picture.state["agents"] | other.picture.state["agents"]


async def test_a_console_that_chatters_is_closed(db: Database, tmp_path: Path) -> None:
    async with live_world(db, tmp_path, messages_per_ping=20) as live:
        tab = await live.desk("lina")
        for _ in range(20):
            await tab.say({"type": "pong"})
        assert await tab.closed() == CloseCode.TOO_MANY


async def test_signing_out_closes_every_tab_of_that_session_at_once(live: LiveWorld) -> None:
    token, who = await live.world.open_session("lina")
    tabs = [await live.tab("lina", token=token) for _ in range(2)]
    other = await live.desk("lina")
    for tab in tabs:
        await tab.hello()
    async with live.world.stranger(Origin=live.origin, Host=f"127.0.0.1:{live.port}") as browser:
        browser.cookies.set("ringdesk_session", token)
        answer = await browser.delete("/api/v1/session", headers={"X-CSRF-Token": who.csrf})
    assert answer.status_code == 204
    assert [await tab.closed() for tab in tabs] == [CloseCode.NOT_SIGNED_IN] * 2
    await other.caught_up(observe(live, ev.PhoneReachable(at=NOON, agent="1001")))


async def test_who_signs_in_over_another_session_closes_its_tabs_at_once(live: LiveWorld) -> None:
    token, _ = await live.world.open_session("wangwei")
    tab = await live.tab("wangwei", token=token)
    await tab.hello()
    await set_password(live.world.db, "lina", "four words in a row", now=NOON, by=OPERATOR)
    async with live.world.stranger(Origin=live.origin, Host=f"127.0.0.1:{live.port}") as browser:
        browser.cookies.set("ringdesk_session", token)
        answer = await browser.post(
            "/api/v1/session", json={"login": "lina", "password": "four words in a row"}
        )
    assert answer.status_code == 200
    assert await tab.closed() == CloseCode.NOT_SIGNED_IN


async def test_a_revoked_session_is_noticed(live: LiveWorld) -> None:
    token, _ = await live.world.open_session("lina")
    tab, other = await live.tab("lina", token=token), await live.desk("zhaomin")
    await tab.hello()
    async with live.world.db.transaction() as session:
        await SignIns(session).end(hash_token(token))
    await live.world.services.hub.check_sessions()
    assert await tab.closed() == CloseCode.NOT_SIGNED_IN
    await other.caught_up(observe(live, ev.PhoneReachable(at=NOON, agent="1001")))


async def test_a_session_that_is_old_ends_however_busy_it_is(live: LiveWorld) -> None:
    tab = await live.desk("lina")
    for _ in range(13):
        live.world.clock.advance(minutes=59)
        await live.world.services.hub.check_sessions()
        await live.world.services.flush_sessions()
    await tab.caught_up(observe(live, ev.PhoneReachable(at=NOON, agent="1001")))
    live.world.clock.advance(hours=2)
    await live.world.services.hub.check_sessions()
    assert await tab.closed() == CloseCode.NOT_SIGNED_IN


async def test_a_database_that_is_away_closes_no_console(
    live: LiveWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = await live.desk("lina")

    async def away(_: object) -> set[str]:
        raise ConnectionRefusedError("nobody there")

    monkeypatch.setattr(live.world.services.sessions, "still_valid", away)
    with capture_logs() as logs:
        await live.world.services.hub.check_sessions()
    assert [entry["event"] for entry in logs] == ["sessions_not_checked"]
    await tab.caught_up(observe(live, ev.PhoneReachable(at=NOON, agent="1001")))


async def test_the_last_tab_that_claims_the_phone_has_it_and_the_others_are_told(live: LiveWorld) -> None:
    claim = {"type": "phone", "owner": True, "registered": True, "muted": False}
    first, second = await live.desk("lina"), await live.desk("lina")
    assert (await first.next("phone_owner"))["owner"] == "nobody"
    assert (await second.next("phone_owner"))["owner"] == "nobody"
    await first.say(claim)
    assert (await first.next("phone_owner"))["owner"] == "you"
    assert (await second.next("phone_owner"))["owner"] == "another"
    live.world.bus.publish(PHONE, PhoneInstruction("1001", "answer", "rd-1"))
    assert await first.next("phone") == {"type": "phone", "do": "answer", "call": "rd-1"}
    await second.say(claim | {"muted": True})
    assert (await second.next("phone_owner"))["owner"] == "you"
    assert (await first.next("phone_owner"))["owner"] == "another"
    live.world.bus.publish(PHONE, PhoneInstruction("1001", "hangup", "rd-1"))
    assert (await second.next("phone"))["do"] == "hangup"
    await second.leave()
    assert (await first.next("phone_owner"))["owner"] == "nobody"
    assert [e.muted for e in live.world.observed if isinstance(e, ev.PhoneReported)] == [False, True]
    assert not any(notice["type"] == "phone" and notice["do"] == "hangup" for notice in first.notices)


async def test_an_agent_is_there_from_the_first_tab_to_the_last(live: LiveWorld) -> None:
    def story() -> list[str]:
        return [
            type(e).__name__
            for e in live.world.observed
            if isinstance(e, ev.ConsoleOpened | ev.ConsoleClosed) and e.agent == "1001"
        ]

    watcher = await live.desk("zhaomin")
    first, second = await live.desk("lina"), await live.desk("lina")
    assert story() == ["ConsoleOpened"]
    await first.leave()
    await second.say({"type": "pong"})
    await watcher.caught_up(observe(live, ev.PhoneReachable(at=NOON, agent="1002")))
    assert story() == ["ConsoleOpened"]
    assert watcher.picture.state["agents"]["1001"]["console"] is True
    await second.leave()
    while watcher.picture.state["agents"]["1001"]["console"]:
        await watcher.next("delta")
    assert story() == ["ConsoleOpened", "ConsoleClosed"]


async def test_a_tab_that_closes_with_the_servers_own_code_is_gone_all_the_same(live: LiveWorld) -> None:
    watcher, tab = await live.desk("zhaomin"), await live.desk("lina")
    while not watcher.picture.state["agents"]["1001"]["console"]:
        await watcher.next("delta")
    await tab.leave(CloseCode.RESTART)
    while watcher.picture.state["agents"]["1001"]["console"]:
        await watcher.next("delta")


async def test_a_service_that_stops_says_so_and_signs_nobody_off(db: Database, tmp_path: Path) -> None:
    async with live_world(db, tmp_path) as live:
        tab = await live.desk("lina")
        live.world.observed.clear()
        live.stop()
        assert await tab.closed() == CloseCode.RESTART
    assert live.world.observed == []


async def test_who_cannot_follow_the_floor_gets_a_new_snapshot(db: Database, tmp_path: Path) -> None:
    async with live_world(db, tmp_path, floor_backlog=5) as live:
        tab = await live.desk("zhaomin")
        seq = observe(live, *(ev.PhoneReachable(at=NOON, agent="1001") for _ in range(20)))
        assert (await tab.next("snapshot"))["seq"] == seq
        await tab.caught_up(observe(live, *waiting_call()))
        assert tab.picture.state == shown(live.world.services.hub._picture, SUPERVISOR)


async def test_after_a_fault_in_the_gateway_the_picture_begins_anew(
    live: LiveWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assembly, "PAUSE_AFTER_FAILURE_SECONDS", 0.0)
    tab = await live.desk("zhaomin")
    await tab.caught_up(live.world.live.floor.seq)
    with capture_logs() as logs:
        live.world.bus.publish(FLOOR, "nonsense")  # type: ignore[misc]
        assert (await tab.next("snapshot"))["seq"] == tab.picture.seq
    assert [(entry["event"], entry["part"]) for entry in logs] == [("part_failed", "gateway")]
    await tab.caught_up(observe(live, *waiting_call()))
    assert tab.picture.state == shown(live.world.services.hub._picture, SUPERVISOR)
