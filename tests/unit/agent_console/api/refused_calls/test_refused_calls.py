"""Refused calls in the console: for supervisors only, with masked numbers; a whole number is noted."""

from dataclasses import replace

import pytest

from storage.records import RefusalRecord
from storage.repositories.audit import Audit
from storage.repositories.journal import Journal
from tests.unit.agent_console.world import World
from tests.unit.storage.builders import NOON

RECORD = RefusalRecord("run:1", NOON, NOON, 3, "number_limit", "carrier", "+8613800138042", "4001", "", "")


async def write(world: World, *records: RefusalRecord) -> None:
    async with world.db.transaction() as session:
        await Journal(session).write_refusals(records)


async def test_a_supervisor_sees_them_newest_first_with_their_numbers_masked(world: World) -> None:
    hidden = replace(
        RECORD, uid="run:2", number="anonymous", cause="stranger", trunk="", address="203.0.113.9"
    )
    await write(world, RECORD, hidden)
    browser = await world.browser("zhaomin")
    answer = await browser.get("/api/v1/refused-calls")
    assert answer.status_code == 200
    second, first = answer.json()["items"]
    assert (first["number"], first["count"], first["cause"], first["trunk"]) == (
        "•••42",
        3,
        "number_limit",
        "carrier",
    )
    assert (second["number"], second["address"]) == ("", "203.0.113.9")
    assert "13800138042" not in answer.text
    assert answer.json()["next"] is None


async def test_the_list_goes_on_page_by_page(world: World) -> None:
    await write(world, *(replace(RECORD, uid=f"run:{n}") for n in range(5)))
    browser = await world.browser("admin")
    seen, following = [], ""
    while True:
        page = (await browser.get(f"/api/v1/refused-calls?limit=2{following}")).json()
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        following = f"&before={page['next']}"
    assert seen == [5, 4, 3, 2, 1]


async def test_the_whole_number_is_told_to_call_back_and_noted(world: World) -> None:
    await write(world, RECORD)
    browser = await world.browser("zhaomin")
    answer = await browser.post("/api/v1/refused-calls/1/number")
    assert answer.json() == {"number": "+8613800138042"}
    async with world.db.session() as session:
        (entry,) = await Audit(session).newest(object="refused_call:1")
    assert (entry.user_id, entry.action, entry.result) == (3, "refused_call_number_shown", "done")
    # The audit says who looked, not at which number.
    assert "138" not in str(entry.detail)


@pytest.mark.parametrize("number", ["", "anonymous"])
async def test_without_a_number_there_is_none_to_tell(world: World, number: str) -> None:
    await write(world, replace(RECORD, number=number))
    browser = await world.browser("zhaomin")
    for row in (1, 99):
        answer = await browser.post(f"/api/v1/refused-calls/{row}/number")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    async with world.db.session() as session:
        assert [e.result for e in await Audit(session).newest(object="refused_call:1")] == ["refused"]


async def test_agents_are_refused(world: World) -> None:
    await write(world, RECORD)
    browser = await world.browser("lina")
    for answer in (
        await browser.get("/api/v1/refused-calls"),
        await browser.post("/api/v1/refused-calls/1/number"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
