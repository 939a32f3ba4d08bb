"""After-call work: nothing typed is lost, nobody writes on a foreign call, the end is saved first."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from cti.control.commands import FinishWrapUp
from cti.domain import events as ev
from office.staff import set_extension
from storage.records import WrapUpEnd
from storage.repositories.journal import Journal
from storage.repositories.wrap_ups import WrapUps
from tests.support.operators import OPERATOR
from tests.unit.agent_console.moments import NOON
from tests.unit.agent_console.past import write_calls
from tests.unit.agent_console.world import World
from tests.unit.storage.builders import a_call

PATH = "/api/v1/calls/rd-1/wrap-ups/1"


async def floor_has_heard(world: World, *events: ev.Event) -> None:
    world.live.observe_all(events)
    while world.services.hub._picture.seq < world.live.floor.seq:  # noqa: ASYNC110 - lets the hub take its turn
        await asyncio.sleep(0)


async def conversation(world: World, *more: ev.Event) -> None:
    await floor_has_heard(
        world,
        ev.CallStarted(at=NOON, call_id="rd-1", number="555"),
        ev.QueueEntered(at=NOON, call_id="rd-1", queue="service"),
        ev.AgentRung(at=NOON, call_id="rd-1", agent="1001", queue="service"),
        *more,
    )


ANSWERED = ev.LegStarted(at=NOON, call_id="rd-1", agent="1001")
RUN_OUT = timedelta(seconds=120)
TRANSFER = ev.LegEnd.TRANSFERRED
OVER = ev.CallEnded(at=NOON + timedelta(seconds=60), call_id="rd-1")


@pytest.mark.parametrize("so_far", [(), (ANSWERED,), (ANSWERED, OVER)])
async def test_a_draft_is_kept_from_the_ringing_on(world: World, so_far: tuple[ev.Event, ...]) -> None:
    await conversation(world, *so_far)
    browser = await world.browser("lina")
    assert (await browser.get(PATH)).json()["note"] == ""
    for note in ("退", "退款 <b>", "退款 <b>\n\U0001f600"):
        saved = await browser.put(PATH, json={"note": note, "disposition": None})
        assert saved.status_code == 200
        assert (await browser.get(PATH)).json()["note"] == note
    chosen = await browser.put(PATH, json={"note": "x", "disposition": "resolved"})
    assert (chosen.json()["disposition"], chosen.json()["status"]) == ("resolved", "unfinished")


async def test_done_saves_for_good_and_frees_the_agent(world: World) -> None:
    await conversation(world, ANSWERED, OVER)
    world.clock.advance(seconds=70)
    browser = await world.browser("lina")
    answer = await browser.post(f"{PATH}/done", json={"note": "退款", "disposition": "resolved"})
    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["completed_at"]) == ("done", None)
    assert answer.json()["started_at"] == "2026-03-01T12:01:00Z"
    assert world.control.commands == [FinishWrapUp("rd-1", "1001", 1, "resolved")]
    late = await browser.put(PATH, json={"note": "later"})
    assert (late.status_code, late.json()["code"]) == (409, "already_finished")
    assert (await browser.get(PATH)).json()["note"] == "退款"


async def test_work_that_cannot_be_saved_does_not_free_the_agent(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await conversation(world, ANSWERED, OVER)

    async def locked(*_: object, **__: object) -> bool:
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    monkeypatch.setattr(WrapUps, "finish", locked)
    browser = await world.browser("lina")
    answer = await browser.post(f"{PATH}/done", json={"note": "退款", "disposition": "resolved"})
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_away")
    assert world.control.commands == []


@pytest.mark.parametrize("so_far", [(), (ANSWERED,)])
async def test_there_is_nothing_to_finish_before_the_call_is_over(
    world: World, so_far: tuple[ev.Event, ...]
) -> None:
    await conversation(world, *so_far)
    browser = await world.browser("lina")
    answer = await browser.post(f"{PATH}/done", json={"note": "", "disposition": "resolved"})
    assert (answer.status_code, answer.json()["code"]) == (409, "call_not_over")
    assert (await browser.get(PATH)).json()["status"] == "unfinished"
    assert world.control.commands == []


RAN_OUT = WrapUpEnd("rd-1", "1001", NOON + RUN_OUT, None, "timeout", 1, NOON)


async def test_what_ran_out_says_so_and_is_completed_later(world: World) -> None:
    await conversation(world, ANSWERED, OVER)
    browser = await world.browser("lina")
    assert (await browser.put(PATH, json={"note": "half"})).status_code == 200
    await write_calls(world.db, a_call("rd-1"))
    async with world.db.transaction() as session:
        await Journal(session).end_wrap_ups([RAN_OUT])
    await floor_has_heard(
        world, ev.WrapUpEnded(at=NOON + RUN_OUT, agent="1001", call_id="rd-1", timed_out=True)
    )
    late = await browser.put(PATH, json={"note": "a note that came late"})
    assert (late.status_code, late.json()["status"]) == (200, "timed_out")
    call = (await browser.get("/api/v1/calls/rd-1")).json()
    (noted,) = call["wrap_ups"]
    assert (noted["status"], noted["disposition"], noted["own"]) == ("timed_out", None, True)
    assert (noted["note"], call["wrap_up"]) == ("a note that came late", "timed_out")
    (row,) = (await browser.get("/api/v1/calls")).json()["items"]
    assert (row["wrap_up"], row["disposition"]) == ("timed_out", None)

    whole = {"note": "whole", "disposition": "resolved"}
    for _ in range(2):
        done = await browser.post(f"{PATH}/done", json=whole)
        assert (done.status_code, done.json()["status"], done.json()["note"]) == (200, "done", "whole")
        assert done.json()["completed_at"] is not None
    assert world.control.commands == []
    (noted,) = (await browser.get("/api/v1/calls/rd-1")).json()["wrap_ups"]
    assert (noted["status"], noted["own"], noted["disposition"]) == ("done", False, "resolved")


async def test_a_supervisor_reads_it_and_nobody_else_completes_it(world: World) -> None:
    await conversation(world, ANSWERED, OVER)
    await write_calls(world.db, a_call("rd-1"))
    async with world.db.transaction() as session:
        await Journal(session).end_wrap_ups([RAN_OUT])
    for login, code in (("zhaomin", 404), ("wangwei", 404), ("admin", 403)):
        other = await world.browser(login)
        done = await other.post(f"{PATH}/done", json={"note": "x", "disposition": "resolved"})
        assert done.status_code == code, login
        assert (await other.put(PATH, json={"note": "x"})).status_code == code, login
    (noted,) = (await (await world.browser("zhaomin")).get("/api/v1/calls/rd-1")).json()["wrap_ups"]
    assert (noted["own"], noted["note"], noted["disposition"]) == (False, "", None)


async def test_done_that_the_end_of_the_time_overtakes_counts(world: World) -> None:
    await conversation(world, ANSWERED, OVER)
    browser = await world.browser("lina")
    async with world.db.transaction() as session:
        await Journal(session).end_wrap_ups([RAN_OUT])
    answer = await browser.post(f"{PATH}/done", json={"note": "whole", "disposition": "resolved"})
    assert (answer.status_code, answer.json()["status"], answer.json()["note"]) == (200, "done", "whole")


async def test_done_from_two_tabs_keeps_what_was_finished_first(world: World) -> None:
    await conversation(world, ANSWERED, OVER)
    browser = await world.browser("lina")
    first = {"note": "a", "disposition": "resolved"}
    assert [(await browser.post(f"{PATH}/done", json=first)).status_code for _ in range(2)] == [200, 200]
    other = await browser.post(f"{PATH}/done", json={"note": "b", "disposition": "information"})
    assert (other.status_code, other.json()["code"]) == (409, "already_finished")
    assert (await browser.get(PATH)).json()["note"] == "a"


async def test_a_caller_who_comes_back_to_the_same_agent_finds_an_empty_form(world: World) -> None:
    back = NOON + timedelta(seconds=90)
    again = "/api/v1/calls/rd-1/wrap-ups/2"
    await conversation(world, ANSWERED, ev.LegEnded(at=NOON, call_id="rd-1", agent="1001", reason=TRANSFER))
    browser = await world.browser("lina")
    first = {"note": "to sales", "disposition": "information"}
    assert (await browser.post(f"{PATH}/done", json=first)).status_code == 200
    await floor_has_heard(
        world,
        ev.WrapUpEnded(at=NOON, agent="1001", call_id="rd-1", disposition="information"),
        ev.AgentRung(at=back, call_id="rd-1", agent="1001", queue="service"),
    )
    form = (await browser.get(again)).json()
    assert (form["note"], form["disposition"]) == ("", None)
    assert form["earlier"] == [
        {"turn": 1, "note": "to sales", "disposition": "information", "status": "done"}
    ]
    assert (await browser.put(again, json={"note": "back"})).json()["status"] == "unfinished"
    await floor_has_heard(
        world,
        ev.LegStarted(at=back, call_id="rd-1", agent="1001"),
        ev.CallEnded(at=back + timedelta(seconds=60), call_id="rd-1"),
    )
    world.clock.now = back + timedelta(seconds=70)
    second = {"note": "refund", "disposition": "resolved"}
    done = await browser.post(f"{again}/done", json=second)
    assert (done.status_code, done.json()["status"]) == (200, "done")
    assert world.control.commands[-1] == FinishWrapUp("rd-1", "1001", 2, "resolved")
    kept = (await browser.get(PATH)).json()
    assert (kept["note"], kept["disposition"], kept["status"]) == ("to sales", "information", "done")
    await write_calls(world.db, a_call("rd-1"))
    (row,) = (await browser.get("/api/v1/calls")).json()["items"]
    assert row["disposition"] == "resolved"


async def test_work_that_another_call_interrupts_can_be_done_while_and_after_it(world: World) -> None:
    await conversation(
        world,
        ANSWERED,
        OVER,
        ev.CallStarted(at=NOON + RUN_OUT, call_id="out-1", direction=ev.Direction.OUTBOUND, agent="1001"),
        ev.AgentRung(at=NOON + RUN_OUT, call_id="out-1", agent="1001"),
        ev.LegStarted(at=NOON + RUN_OUT, call_id="out-1", agent="1001"),
    )
    await write_calls(world.db, a_call("rd-1"))
    async with world.db.transaction() as session:
        ended = WrapUpEnd("rd-1", "1001", NOON + RUN_OUT, None, "interrupted", 1, NOON)
        await Journal(session).end_wrap_ups([ended])
    browser = await world.browser("lina")
    (noted,) = (await browser.get("/api/v1/calls/rd-1")).json()["wrap_ups"]
    (row,) = (await browser.get("/api/v1/calls")).json()["items"]
    assert (noted["status"], row["wrap_up"]) == ("open", "open")
    assert (await browser.put(PATH, json={"note": "meanwhile"})).status_code == 200
    done = await browser.post(f"{PATH}/done", json={"note": "meanwhile", "disposition": "resolved"})
    assert (done.status_code, done.json()["status"]) == (200, "done")
    assert world.control.commands == [FinishWrapUp("rd-1", "1001", 1, "resolved")]


async def test_what_nobody_is_at_any_more_is_to_be_completed(world: World) -> None:
    await write_calls(world.db, a_call("rd-1"))
    browser = await world.browser("lina")
    assert (await browser.put(PATH, json={"note": "a service that started again"})).status_code == 200
    (noted,) = (await browser.get("/api/v1/calls/rd-1")).json()["wrap_ups"]
    assert (noted["status"], noted["own"]) == ("unfinished", True)
    assert (
        await browser.post(f"{PATH}/done", json={"note": "", "disposition": "resolved"})
    ).status_code == 200


@pytest.mark.parametrize("turn", ["0", "-1", "3", "1001", "x"])
async def test_a_leg_that_never_was_has_no_work(world: World, turn: str) -> None:
    await write_calls(world.db, a_call("rd-1"))
    browser = await world.browser("lina")
    answer = await browser.put(f"/api/v1/calls/rd-1/wrap-ups/{turn}", json={"note": "x"})
    assert answer.status_code == (404 if turn == "3" else 422)


async def test_nobody_writes_on_a_call_that_was_not_theirs(world: World) -> None:
    await conversation(world, ANSWERED, OVER)
    await write_calls(world.db, a_call("rd-1"))
    stranger = await world.browser("wangwei")
    for path in (PATH, "/api/v1/calls/none/wrap-ups/1"):
        answer = await stranger.put(path, json={"note": "mine"})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert (await stranger.get(PATH)).json()["note"] == ""
    async with world.db.session() as session:
        assert await WrapUps(session).of_call("rd-1") == []


async def test_an_older_call_of_theirs_is_known_from_the_records(world: World) -> None:
    await write_calls(world.db, a_call("rd-1"))
    browser = await world.browser("lina")
    assert (await browser.put(PATH, json={"note": "late thought"})).status_code == 200


async def test_what_somebody_else_noted_with_the_same_extension_is_not_read(world: World) -> None:
    await write_calls(world.db, a_call("rd-1"))
    browser = await world.browser("lina")
    assert (await browser.put(PATH, json={"note": "mine alone"})).status_code == 200
    assert (await browser.get(PATH)).json()["note"] == "mine alone"
    later_on = world.clock() + timedelta(seconds=1)
    await set_extension(world.db, "lina", None, now=later_on, by=OPERATOR)
    await set_extension(world.db, "wangwei", "1001", now=later_on, by=OPERATOR)
    heir = await world.browser("wangwei")
    assert (await heir.get(PATH)).json()["note"] == ""


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"note": "", "disposition": "invented"}, "unknown_disposition"),
        ({"note": "x" * 20_001}, "invalid_request"),
        ({"disposition": "resolved"}, "invalid_request"),
        ({"note": "a\x00b"}, "invalid_request"),
    ],
)
async def test_a_draft_of_the_wrong_form_is_refused(world: World, body: dict[str, str], code: str) -> None:
    await conversation(world)
    answer = await (await world.browser("lina")).put(PATH, json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
