"""After-call work: nothing typed is lost, nobody writes on a foreign call, the end is saved first."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from crm.staff import set_extension
from cti.control.commands import FinishWrapUp, Refused
from cti.domain import events as ev
from storage.repositories.wrap_ups import WrapUps
from tests.support.operators import OPERATOR
from tests.unit.agent_console.moments import NOON
from tests.unit.agent_console.past import write_calls
from tests.unit.agent_console.world import World
from tests.unit.storage.builders import a_call

PATH = "/api/calls/rd-1/wrap-up"


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
    assert (chosen.json()["disposition"], chosen.json()["draft"]) == ("resolved", True)


async def test_done_saves_for_good_and_frees_the_agent(world: World) -> None:
    await conversation(world, ANSWERED, OVER)
    world.clock.advance(seconds=70)
    browser = await world.browser("lina")
    answer = await browser.post(f"{PATH}/done", json={"note": "退款", "disposition": "resolved"})
    assert answer.status_code == 200
    assert (answer.json()["draft"], answer.json()["ended_by"]) == (False, "agent")
    assert answer.json()["started_at"] == "2026-03-01T12:01:00Z"
    assert world.control.commands == [FinishWrapUp("rd-1", "1001", "resolved", "退款")]
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
    assert (answer.status_code, answer.json()["code"]) == (409, "no_wrap_up")
    assert (await browser.get(PATH)).json()["draft"] is True
    assert world.control.commands == []


async def test_work_that_ran_out_in_the_same_moment_stays_finished(world: World) -> None:
    await conversation(world, ANSWERED, OVER)
    async with world.db.transaction() as session:
        await WrapUps(session).finish(
            "rd-1", "1001", disposition="none", note="half", ended_by="timeout", now=NOON + RUN_OUT
        )
    world.control.refusal = Refused("no_wrap_up", "It ran out.")
    browser = await world.browser("lina")
    answer = await browser.post(f"{PATH}/done", json={"note": "whole", "disposition": "resolved"})
    assert (answer.status_code, answer.json()["code"]) == (409, "already_finished")
    assert (await browser.get(PATH)).json()["note"] == "half"


async def test_a_caller_who_comes_back_to_the_same_agent_is_worked_on_again(world: World) -> None:
    back = NOON + timedelta(seconds=90)
    await conversation(world, ANSWERED, ev.LegEnded(at=NOON, call_id="rd-1", agent="1001", reason=TRANSFER))
    browser = await world.browser("lina")
    first = {"note": "to sales", "disposition": "information"}
    assert (await browser.post(f"{PATH}/done", json=first)).status_code == 200
    await floor_has_heard(
        world,
        ev.WrapUpEnded(at=NOON, agent="1001", call_id="rd-1", disposition="information"),
        ev.AgentRung(at=back, call_id="rd-1", agent="1001", queue="service"),
    )
    assert (await browser.get(PATH)).json()["note"] == "to sales"
    typed = await browser.put(PATH, json={"note": "to sales; came back", "disposition": "information"})
    assert (typed.status_code, typed.json()["draft"], typed.json()["ended_by"]) == (200, True, None)
    await floor_has_heard(
        world,
        ev.LegStarted(at=back, call_id="rd-1", agent="1001"),
        ev.CallEnded(at=back + timedelta(seconds=60), call_id="rd-1"),
    )
    world.clock.now = back + timedelta(seconds=70)
    second = {"note": "to sales; came back, refund", "disposition": "resolved"}
    done = await browser.post(f"{PATH}/done", json=second)
    assert (done.status_code, done.json()["draft"], done.json()["ended_by"]) == (200, False, "agent")
    assert (done.json()["note"], done.json()["disposition"]) == (second["note"], "resolved")
    assert world.control.commands[-1] == FinishWrapUp("rd-1", "1001", "resolved", second["note"])
    late = await browser.post(f"{PATH}/done", json=second)
    assert (late.status_code, late.json()["code"]) == (409, "already_finished")


async def test_nobody_writes_on_a_call_that_was_not_theirs(world: World) -> None:
    await conversation(world, ANSWERED, OVER)
    await write_calls(world.db, a_call("rd-1"))
    stranger = await world.browser("wangwei")
    for path in (PATH, "/api/calls/none/wrap-up"):
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
