"""An agent's own last calls: theirs alone, in few words."""

from dataclasses import replace
from typing import Any

from sqlalchemy import update

from storage.tables import Agent
from tests.unit.agent_console.past import add_customer, write_calls
from tests.unit.agent_console.world import World
from tests.unit.storage.builders import a_call, a_customer, later


def ids(answer: Any) -> list[str]:
    return [row["id"] for row in answer["items"]]


async def test_they_are_the_newest_that_the_agent_took_part_in(world: World) -> None:
    theirs = [a_call(f"rd-{n}", n * 100.0) for n in range(3)]
    other = replace(theirs[0].legs[0], agent="1002")
    await write_calls(world.db, *theirs, a_call("rd-other", 500.0, agent="1002", legs=(other,)))
    browser = await world.browser("lina")
    assert ids((await browser.get("/api/v1/agent/calls")).json()) == ["rd-2", "rd-1", "rd-0"]
    assert ids((await browser.get("/api/v1/agent/calls?limit=1")).json()) == ["rd-2"]
    # A supervisor sees all calls in the history; these are her own.
    assert ids((await (await world.browser("zhaomin")).get("/api/v1/agent/calls")).json()) == []


async def test_a_row_is_who_when_and_how_long(world: World) -> None:
    customer = await add_customer(world.db, a_customer("王小明", "+8613800138000", name_en="Wang Xiaoming"))
    await write_calls(world.db, a_call(customer_id=customer))
    (row,) = (await (await world.browser("lina")).get("/api/v1/agent/calls")).json()["items"]
    assert row == {
        "id": "rd-1",
        "direction": "inbound",
        "number": "13800138000",
        "customer_name": "王小明",
        "customer_name_en": "Wang Xiaoming",
        "started_at": "2026-03-01T12:00:00.123456Z",
        "outcome": "answered",
        "talk_s": 60.0,
        "agent_talk_s": 60.0,
        "test": False,
    }


async def test_who_had_the_extension_before_is_somebody_else_for_a_supervisor_too(world: World) -> None:
    theirs = replace(a_call().legs[0], agent="1003")
    await write_calls(world.db, a_call(agent="1003", legs=(theirs,)))
    async with world.db.transaction() as session:
        await session.execute(update(Agent).values(held_since=later(3600)))
    assert ids((await (await world.browser("zhaomin")).get("/api/v1/agent/calls")).json()) == []


async def test_who_has_no_phone_has_none(world: World) -> None:
    answer = await (await world.browser("admin")).get("/api/v1/agent/calls")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_an_agent")
    assert (await world.stranger().get("/api/v1/agent/calls")).status_code == 401
