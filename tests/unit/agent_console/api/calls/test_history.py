"""Past calls, customers and abandoned callers, and who may see them."""

from dataclasses import replace

import httpx
import pytest

from storage.tables import Contact, Number
from tests.unit.agent_console.past import add_customer, add_recording, write_calls
from tests.unit.agent_console.world import World
from tests.unit.storage.builders import a_call, a_customer, an_abandoned_call, later

NAME = "<script>alert('王')</script>"


def ids(page: dict[str, list[dict[str, str]]]) -> list[str]:
    return [row["id"] for row in page["items"]]


async def test_an_agent_lists_their_own_calls_and_a_supervisor_all(world: World) -> None:
    theirs = a_call("rd-2", 10)
    legs = tuple(replace(leg, agent="1002") for leg in theirs.legs)
    offers = tuple(replace(offer, agent="1002") for offer in theirs.offers)
    await write_calls(world.db, a_call("rd-1"), replace(theirs, agent="1002", legs=legs, offers=offers))
    lina, supervisor = await world.browser("lina"), await world.browser("zhaomin")
    assert ids((await lina.get("/api/v1/calls")).json()) == ["rd-1"]
    # Whatever an agent asks for, the list does not grow.
    assert ids((await lina.get("/api/v1/calls?agent=1002")).json()) == ["rd-1"]
    assert ids((await supervisor.get("/api/v1/calls")).json()) == ["rd-2", "rd-1"]
    assert ids((await supervisor.get("/api/v1/calls?agent=1002")).json()) == ["rd-2"]
    assert (await (await world.browser("admin")).get("/api/v1/calls")).json()["items"]


async def test_a_list_of_one_agents_calls_has_the_talk_of_that_agent(world: World) -> None:
    (first,) = a_call().legs
    second = replace(first, agent="1002", started_at=later(90), ended_at=later(390), talk_s=300.0)
    again = replace(first, started_at=later(400), ended_at=later(407), talk_s=7.0)
    await write_calls(world.db, a_call(agent="1001", legs=(first, second, again), talk_s=367.0))
    lina, supervisor = await world.browser("lina"), await world.browser("zhaomin")

    async def talks(browser: httpx.AsyncClient, query: str = "") -> tuple[float, float | None]:
        (row,) = (await browser.get(f"/api/v1/calls{query}")).json()["items"]
        return row["talk_s"], row["agent_talk_s"]

    assert await talks(lina) == (367.0, 67.0)
    assert await talks(supervisor, "?agent=1002") == (367.0, 300.0)
    assert await talks(supervisor) == (367.0, None)


async def test_pages_follow_each_other(world: World) -> None:
    await write_calls(world.db, *(a_call(f"rd-{n}", n) for n in range(5)))
    browser = await world.browser("zhaomin")
    first = (await browser.get("/api/v1/calls?limit=2")).json()
    second = (await browser.get(f"/api/v1/calls?limit=2&cursor={first['next']}")).json()
    third = (await browser.get(f"/api/v1/calls?limit=2&cursor={second['next']}")).json()
    assert ids(first) + ids(second) + ids(third) == ["rd-4", "rd-3", "rd-2", "rd-1", "rd-0"]
    assert third["next"] is None


@pytest.mark.parametrize("cursor", ["x", "%00", "zzzz", "MjAyNg", "é", "A" * 401])
async def test_a_cursor_that_no_page_gave_is_refused(world: World, cursor: str) -> None:
    browser = await world.browser("zhaomin")
    answer = await browser.get("/api/v1/calls", params={"cursor": cursor})
    assert answer.status_code == 422
    assert answer.json()["code"] in ("bad_cursor", "invalid_request")


async def test_the_filters_of_the_list(world: World) -> None:
    await write_calls(world.db, a_call("rd-1", name="王小明"), an_abandoned_call("rd-2", 3600, number="555"))
    browser = await world.browser("zhaomin")
    for query, found in [
        ("q=小明", ["rd-1"]),
        ("q=555", ["rd-2"]),
        ("outcome=abandoned", ["rd-2"]),
        ("queue=service", ["rd-2", "rd-1"]),
        ("queue=sales", []),
        ("to=2026-03-01T12:30:00Z", ["rd-1"]),
        ("from=2026-03-01T12:30:00%2B00:00", ["rd-2"]),
    ]:
        assert ids((await browser.get(f"/api/v1/calls?{query}")).json()) == found, query
    for query in ("limit=0", "limit=201", "from=yesterday", "from=2026-03-01T12:30:00", "q=" + "x" * 101):
        assert (await browser.get(f"/api/v1/calls?{query}")).status_code == 422, query


async def test_test_calls_are_told_apart_and_can_be_left_out(world: World) -> None:
    await write_calls(world.db, a_call("real"), a_call("test", 10, test=True))
    browser = await world.browser("zhaomin")
    page = (await browser.get("/api/v1/calls")).json()
    assert [(row["id"], row["test"]) for row in page["items"]] == [("test", True), ("real", False)]
    for wanted, found in (("true", ["test"]), ("false", ["real"])):
        assert ids((await browser.get(f"/api/v1/calls?test={wanted}")).json()) == found


async def test_a_call_comes_with_everything_that_belongs_to_it(world: World) -> None:
    await write_calls(world.db, a_call("rd-1", name=NAME))
    await add_recording(world.db, "rd-1", "a.wav")
    browser = await world.browser("lina")
    answer = await browser.get("/api/v1/calls/rd-1")
    assert answer.headers["content-type"] == "application/json"
    call = answer.json()
    assert call["name"] == NAME
    assert call["path"] == [
        {"step": "main", "kind": "menu", "exit": "1", "keys": "1", "at": "2026-03-01T12:00:05.123456Z"}
    ]
    assert [(s["queue"], s["outcome"], s["wait_s"]) for s in call["stints"]] == [
        ("service", "answered", 20.0)
    ]
    assert [(o["agent"], o["agent_name"], o["result"]) for o in call["offers"]] == [
        ("1001", "李娜", "answered")
    ]
    assert [(leg["agent_name"], leg["hold_s"]) for leg in call["legs"]] == [("李娜", 0.0)]
    assert [(r["stint"], r["audible"]) for r in call["recordings"]] == [(1, True)]
    assert (call["recorded"], call["agent_name"], call["wrap_ups"]) == (True, "李娜", [])


async def test_what_asterisk_could_not_tell_is_null_and_not_zero(world: World) -> None:
    call = a_call("rd-1", hold_s=None, source="record", incomplete=True)
    legs = tuple(replace(leg, hold_s=None, holds=None) for leg in call.legs)
    await write_calls(world.db, replace(call, legs=legs))
    shown = (await (await world.browser("lina")).get("/api/v1/calls/rd-1")).json()
    assert (shown["hold_s"], shown["legs"][0]["hold_s"], shown["source"]) == (None, None, "record")
    assert shown["incomplete"] is True


async def test_a_call_of_nobody_they_know_is_not_there_for_another_agent(world: World) -> None:
    await write_calls(world.db, a_call("rd-1"))
    wangwei = await world.browser("wangwei")
    assert (await wangwei.get("/api/v1/calls/rd-1")).status_code == 404
    assert (await (await world.browser("zhaomin")).get("/api/v1/calls/rd-1")).status_code == 200
    # With the number known as a customer's, the call is in that customer's timeline, which they may read.
    customer = await add_customer(world.db, a_customer("王小明", "+8613800138000"))
    timeline = (await wangwei.get(f"/api/v1/customers/{customer}")).json()["timeline"]
    assert [entry["call_id"] for entry in timeline] == ["rd-1"]
    assert (await wangwei.get("/api/v1/calls/rd-1")).status_code == 200


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-01-01"])
async def test_a_moment_that_is_none_in_utc_is_refused(world: World, moment: str) -> None:
    browser = await world.browser("lina")
    for bound in ("from", "to"):
        answer = await browser.get("/api/v1/calls", params={bound: moment})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


async def test_customers_are_found_and_shown(world: World) -> None:
    customer = a_customer("明远贸易", "+8613800138000", name_en="Mingyuan", kind="firm", tags=("VIP", "</b>"))
    number = await add_customer(world.db, customer)
    browser = await world.browser("lina")
    for text in ("明远", "mingyuan", "138 0013 8000", "VIP"):
        found = (await browser.get("/api/v1/customers", params={"q": text})).json()["items"]
        assert [it["id"] for it in found] == [number], text
    shown = (await browser.get(f"/api/v1/customers/{number}")).json()
    assert (shown["company"], sorted(shown["tags"])) == ("明远贸易", ["</b>", "VIP"])
    assert shown["numbers"][0]["e164"] == "+8613800138000"
    assert [it["e164"] for it in shown["contacts"][0]["numbers"]] == ["+8613800138000"]
    assert shown["timeline"] == []
    assert (await browser.get("/api/v1/customers/999")).status_code == 404
    assert (await browser.get("/api/v1/customers?limit=101")).status_code == 422


async def test_a_customer_that_is_found_says_whose_each_number_is(world: World) -> None:
    people = [
        Contact(
            name="陈静",
            name_en="Chen Jing",
            role="财务",
            numbers=[
                Number(e164="+8613900000001", as_entered="139-0000-0001", label="mobile"),
                Number(e164="+861012345678", as_entered="", label="office"),
            ],
        ),
        Contact(name="刘洋", numbers=[Number(e164="+8613900000002", as_entered="", label="mobile")]),
        Contact(name="周强", numbers=[]),
    ]
    firm = a_customer("明远贸易", kind="firm")
    firm.contacts = people
    await add_customer(world.db, firm)
    answer = await (await world.browser("lina")).get("/api/v1/customers", params={"q": "明远"})
    (found,) = answer.json()["items"]
    keys = ("e164", "as_entered", "label", "contact", "contact_en", "contact_role")
    assert [tuple(it[key] for key in keys) for it in found["numbers"]] == [
        ("+8613900000001", "139-0000-0001", "mobile", "陈静", "Chen Jing", "财务"),
        ("+861012345678", "", "office", "陈静", "Chen Jing", "财务"),
        ("+8613900000002", "", "mobile", "刘洋", "", ""),
    ]
    assert {len(it) for it in found["numbers"]} == {len(keys)}


async def test_abandoned_callers_of_the_local_day(world: World) -> None:
    # 12:00 UTC is 20:00 in Shanghai; five hours later it is the next day there.
    await write_calls(
        world.db,
        an_abandoned_call("rd-1"),
        an_abandoned_call("rd-2", 5 * 3600, number="anonymous", number_e164=None),
        a_call("rd-3", 60),
    )
    browser = await world.browser("lina")
    today = (await browser.get("/api/v1/queues/service/abandoned")).json()
    assert today["day"] == "2026-03-01"
    assert [(it["call_id"], it["waited_s"], it["called_back"]) for it in today["items"]] == [
        ("rd-1", 20.0, True)
    ]
    assert today["items"][0]["at"] == later(30).isoformat().replace("+00:00", "Z")
    tomorrow = (await browser.get("/api/v1/queues/service/abandoned?day=2026-03-02")).json()
    assert [it["number"] for it in tomorrow["items"]] == ["anonymous"]
    assert (await browser.get("/api/v1/queues/none/abandoned")).status_code == 404
    for day in ("2026-13-01", "0001-01-01", "9999-12-31"):
        assert (await browser.get(f"/api/v1/queues/service/abandoned?day={day}")).status_code == 422
