"""The history list, its filters and pages, the detail of a call, and the list of callers who gave up."""

import base64
from datetime import timedelta
from typing import Any

import pytest

from storage.database import Database
from storage.records import LegRecord, StintRecord
from storage.repositories.calls import Calls
from storage.repositories.customers import Customers
from storage.repositories.history import History
from storage.repositories.journal import Journal
from storage.repositories.recordings import Recordings
from storage.repositories.users import Agents, Users
from storage.repositories.wrap_ups import WrapUps
from storage.rows.calls import BadCursor, HistoryFilter
from storage.tables import Recording
from tests.unit.storage.builders import NOON, a_call, a_customer, an_abandoned_call, later

DAY = timedelta(days=1)


async def write(db: Database, *calls: Any) -> None:
    async with db.transaction() as s:
        await Journal(s).write_calls(calls)


async def listed(db: Database, **wanted: Any) -> list[str]:
    async with db.session() as s:
        page = await History(s).page(HistoryFilter(**wanted))
    return [row.id for row in page.items]


@pytest.fixture
async def lina(db: Database) -> int:
    async with db.transaction() as s:
        user = await Users(s).add(login="lina", name="李娜", password_hash="-", role="agent", created_at=NOON)
        await Agents(s).add(extension="1001", user_id=user.id)
    return user.id


async def test_pages_follow_each_other_without_loss_or_repetition(db: Database) -> None:
    await write(db, *(a_call(f"rd-{n:02}", at=n // 3) for n in range(25)))
    seen: list[str] = []
    cursor = None
    for _ in range(10):
        async with db.session() as s:
            page = await History(s).page(HistoryFilter(), cursor=cursor, limit=4)
        seen += [row.id for row in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert seen == [f"rd-{n:02}" for n in range(24, -1, -1)]


async def test_a_call_that_comes_in_between_does_not_shift_the_next_page(db: Database) -> None:
    await write(db, *(a_call(f"rd-{n}", at=n) for n in range(4)))
    async with db.session() as s:
        first = await History(s).page(HistoryFilter(), limit=2)
    await write(db, a_call("rd-9", at=9))
    async with db.session() as s:
        second = await History(s).page(HistoryFilter(), cursor=first.next, limit=2)
    assert [row.id for row in (*first.items, *second.items)] == ["rd-3", "rd-2", "rd-1", "rd-0"]


def made_up(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "AAAA",
        "2026",
        "e30",
        "\u4e2d",
        made_up("2026-03-01T12:00:00|x"),
        made_up("2026-03-01T12:00:00+00:00|\0"),
        made_up("0001-01-01T00:00:00+23:59|x"),
    ],
)
async def test_a_made_up_cursor_is_refused(db: Database, cursor: str) -> None:
    async with db.session() as s:
        with pytest.raises(BadCursor):
            await History(s).page(HistoryFilter(), cursor=cursor)


async def test_filters_pick_calls_by_any_of_their_parts(db: Database) -> None:
    moved = a_call(
        "moved",
        50,
        stints=(
            StintRecord(1, "service", later(60), later(70), "moved", 0, 10.0),
            StintRecord(2, "sales", later(70), later(80), "answered", 5, 10.0),
        ),
        legs=(
            LegRecord(1, "1002", "service", 1, "", later(65), later(70), 0.0, 0, "transferred"),
            LegRecord(2, "1001", "sales", 2, "", later(80), later(140), 0.0, 0, "hangup"),
        ),
    )
    await write(db, a_call("plain"), moved, an_abandoned_call("gone", 100))
    assert await listed(db) == ["gone", "moved", "plain"]
    assert await listed(db, queue="sales") == ["moved"]
    assert await listed(db, queue="service") == ["gone", "moved", "plain"]
    assert await listed(db, agent="1002") == ["moved"]
    assert await listed(db, agent="1001") == ["moved", "plain"]
    assert await listed(db, outcome="abandoned") == ["gone"]
    assert await listed(db, since=later(50)) == ["gone", "moved"]
    assert await listed(db, until=later(50)) == ["plain"]
    assert await listed(db, queue="service", agent="1001", outcome="answered", until=later(50)) == ["plain"]
    assert await listed(db, queue="nowhere") == []


async def test_calls_are_found_by_number_in_any_writing_and_by_name(db: Database) -> None:
    async with db.transaction() as s:
        ming = await Customers(s).add(a_customer("王小明", name_en="Wang Xiaoming"))
    await write(
        db,
        a_call("ming", customer_id=ming.id, name=""),
        a_call("smith", 1, number="+44 20 7946 0000", number_e164="+442079460000", name="100% Smith_"),
        a_call("hidden", 2, number="anonymous", number_e164=None, name="Anonymous"),
    )
    assert await listed(db, text="138 0013-8000") == ["ming"]
    assert await listed(db, text="+86 138") == ["ming"]
    assert await listed(db, text="0044 20") == ["smith"]
    assert await listed(db, text="小明") == ["ming"]
    assert await listed(db, text="wang xiao") == ["ming"]
    assert await listed(db, text="SMITH") == ["smith"]
    assert await listed(db, text="%") == ["smith"]
    assert await listed(db, text="h_") == ["smith"]
    assert await listed(db, text="anonymous") == ["hidden"]
    assert await listed(db, text="  ") == ["hidden", "smith", "ming"]


async def test_calls_are_found_by_what_was_noted_of_them(db: Database) -> None:
    await write(db, a_call("rd-1"), a_call("rd-2", 1))
    async with db.transaction() as s:
        await WrapUps(s).save_draft("rd-1", "1001", disposition=None, note="答应打九折", now=later(100))
    assert await listed(db, text="九折") == ["rd-1"]
    assert await listed(db, text="七折") == []


@pytest.mark.parametrize("text", ["'", '" OR 1=1 --', "\\", "/", "\0", "😀" * 100, "a" * 5000])
async def test_hostile_search_finds_nothing_and_breaks_nothing(db: Database, text: str) -> None:
    await write(db, a_call(name="caller"))
    assert await listed(db, text=text) == []


@pytest.mark.usefixtures("lina")
async def test_a_row_names_customer_agent_disposition_and_recording(db: Database) -> None:
    async with db.transaction() as s:
        ming = await Customers(s).add(a_customer("王小明"))
        await WrapUps(s).finish("rd-1", "1001", disposition="refund", note="n", now=later(120))
        await Recordings(s).put(a_recording())
    await write(db, a_call(customer_id=ming.id), a_call("rd-2", -10, agent="1099"))
    async with db.session() as s:
        first, second = (await History(s).page(HistoryFilter())).items
    assert (first.customer_name, first.agent_name, first.disposition, first.recorded) == (
        "王小明",
        "李娜",
        "refund",
        True,
    )
    assert (second.customer_name, second.agent_name, second.disposition, second.recorded) == (
        None,
        None,
        None,
        False,
    )


async def test_who_calls_for_a_firm_is_called_as_the_screen_pop_calls_them(db: Database) -> None:
    firm = a_customer("明远贸易有限公司", "+8621", name_en="Mingyuan Trading", kind="firm")
    firm.contacts.append(a_customer("刘强", "+8613800138000", name_en="Liu Qiang").contacts[0])
    async with db.transaction() as s:
        key = (await Customers(s).add(firm)).id
    await write(
        db,
        a_call(customer_id=key),
        an_abandoned_call("rd-2", 100, customer_id=key, number_e164="+8613900139000"),
        a_call("rd-3", 200, name="", number_e164="+442079460000"),
    )
    liu, formerly = ("刘强", "Liu Qiang", firm.name), (firm.name, "Mingyuan Trading", firm.name)
    async with db.session() as s:
        page = (await History(s).page(HistoryFilter())).items
        details = [it.row for row in page if (it := await Calls(s).detail(row.id)) is not None]
        (gone,) = await History(s).abandoned("service", NOON - DAY, NOON + DAY)
    assert details == page
    for rows in (page, details):
        named = [(r.customer_name, r.customer_name_en, r.company) for r in rows]
        assert named == [(None, None, None), formerly, liu]
    assert (gone.customer_name, gone.company) == (firm.name, firm.name)
    assert await listed(db, text="liu qiang") == await listed(db, text="明远") == ["rd-2", "rd-1"]


@pytest.mark.usefixtures("lina")
async def test_the_detail_has_every_part(db: Database) -> None:
    await write(db, a_call())
    async with db.transaction() as s:
        await Recordings(s).put(a_recording())
        await WrapUps(s).save_draft("rd-1", "1001", disposition=None, note="typing", now=later(100))
    async with db.session() as s:
        detail = await Calls(s).detail("rd-1")
        assert await Calls(s).detail("nobody") is None
    assert detail is not None
    assert detail.row.agent_name == "李娜"
    assert detail.agent_name("1002", later(30)) is None
    assert [recording.path for recording in detail.recordings] == ["2026/03/01/rd-1-1.wav"]
    assert [wrap_up.note for wrap_up in detail.wrap_ups] == ["typing"]
    assert [
        len(p) for p in (detail.call.steps, detail.call.stints, detail.call.offers, detail.call.legs)
    ] == [
        1,
        1,
        1,
        1,
    ]


async def test_callers_who_gave_up_are_listed_with_whether_they_were_spoken_to(db: Database) -> None:
    other = {"number": "4401", "number_e164": "+441"}
    await write(
        db,
        an_abandoned_call("first"),
        a_call("callback", 200, direction="outbound", queue=None, stints=()),
        an_abandoned_call("not-yet", 300, **other),
        an_abandoned_call("hidden", 400, number="anonymous", number_e164=None),
        an_abandoned_call(
            "elsewhere", 500, stints=(StintRecord(1, "sales", NOON, NOON, "abandoned", 0, 0.0),)
        ),
        an_abandoned_call("tomorrow", 90_000),
        a_call("tried", 600, direction="outbound", outcome="no_answer", **other),
        a_call("served", 700, number_e164=None),
    )
    async with db.session() as s:
        rows = await History(s).abandoned("service", NOON, NOON + DAY)
    assert [(row.call_id, row.called_back) for row in rows] == [
        ("hidden", False),
        ("not-yet", False),
        ("first", True),
    ]
    assert (rows[2].waited_s, rows[2].at, rows[2].number) == (20.0, later(30), "13800138000")


async def test_test_calls_are_in_the_history_and_in_no_figure(db: Database) -> None:
    await write(
        db,
        an_abandoned_call("real"),
        an_abandoned_call("test", 60, test=True),
        a_call("test-callback", 200, test=True),
    )
    assert await listed(db) == ["test-callback", "test", "real"]
    assert await listed(db, test=True) == ["test-callback", "test"]
    assert await listed(db, test=False) == ["real"]
    async with db.session() as s:
        rows = await History(s).abandoned("service", NOON, NOON + DAY)
        stints = await Calls(s).stints_finished(NOON)
    assert [(row.call_id, row.called_back) for row in rows] == [("real", False)]
    assert [stint.call_id for stint in stints] == ["real"]


async def test_a_call_that_was_known_for_a_test_stays_one(db: Database) -> None:
    await write(db, a_call("rd-1", test=True))
    await write(db, a_call("rd-1", test=False))
    assert await listed(db, test=True) == ["rd-1"]


def a_recording(call_id: str = "rd-1", stint: int = 1, part: int = 1) -> Recording:
    return Recording(
        call_id=call_id,
        stint=stint,
        part=part,
        agent="1001",
        queue="service",
        path=f"2026/03/01/{call_id}-{stint}.wav",
        started_at=later(30),
        length_s=60.0,
        size=960_044,
        sha256="0" * 64,
        channels=2,
        state="stored",
    )


async def test_what_an_extension_did_is_not_put_down_to_who_got_it_afterwards(db: Database) -> None:
    """It changed hands in the hundredth second: calls that began before, and ended or were answered after."""
    await write(
        db,
        a_call("before"),
        a_call("over it", 60),
        a_call("waited", 80),
        a_call("after", 200),
        a_call("now", 300, ended_at=None),
    )
    async with db.transaction() as s:
        wang = await Users(s).add(login="w", name="王伟", password_hash="-", role="agent", created_at=NOON)
        await Agents(s).add(extension="1001", user_id=wang.id, held_since=later(100))
    named = {"now": "王伟", "after": "王伟", "waited": "王伟", "over it": None, "before": None}
    async with db.session() as s:
        rows = (await History(s).page(HistoryFilter())).items
        past = await Customers(s).past_contacts(numbers=["+8613800138000"])
        details = {row.id: await Calls(s).detail(row.id) for row in rows}
    assert {row.id: row.agent_name for row in rows} == named
    assert {contact.call_id: contact.agent_name for contact in past} == {
        call: name for call, name in named.items() if call != "now"
    }
    assert {id_: d.row.agent_name for id_, d in details.items() if d is not None} == named
    waited = details["waited"]
    assert waited is not None
    # Rung before, answered after: each part is put down to who had the extension then.
    assert waited.agent_name("1001", waited.call.offers[0].rang_at) is None
    assert waited.agent_name("1001", waited.call.legs[0].started_at) == "王伟"


async def test_calls_keep_the_name_of_who_spoke_after_their_extension_passed_on_twice(db: Database) -> None:
    await write(db, a_call("first", 0), a_call("nobodys", 150), a_call("second", 250), a_call("third", 400))
    async with db.transaction() as s:
        people = [
            await Users(s).add(login=name, name=name, password_hash="-", role="agent", created_at=NOON)
            for name in ("李娜", "王伟", "赵敏")
        ]
        for user, since, until in zip(people, (None, 200, 300), (100, 300, None), strict=True):
            agent = await Agents(s).add(
                extension="1001", user_id=user.id, held_since=None if since is None else later(since)
            )
            if until is not None:
                await Agents(s).remove(agent, later(until))
    named = {"first": "李娜", "nobodys": None, "second": "王伟", "third": "赵敏"}
    async with db.session() as s:
        rows = (await History(s).page(HistoryFilter())).items
        past = await Customers(s).past_contacts(numbers=["+8613800138000"])
        details = {row.id: await Calls(s).detail(row.id) for row in rows}
    assert {row.id: row.agent_name for row in rows} == named
    assert {contact.call_id: contact.agent_name for contact in past} == named
    assert {id_: d.row.agent_name for id_, d in details.items() if d is not None} == named


async def test_who_gets_an_extension_back_had_it_all_along_unless_somebody_else_did(db: Database) -> None:
    await write(db, a_call("early", 0), a_call("away", 150), a_call("late", 400))
    async with db.transaction() as s:
        li, wang = [
            await Users(s).add(login=name, name=name, password_hash="-", role="agent", created_at=NOON)
            for name in ("李娜", "王伟")
        ]
        await Agents(s).remove(await Agents(s).add(extension="1001", user_id=li.id), later(100))
        again = await Agents(s).add(extension="1001", user_id=li.id, held_since=later(200))
        assert again.held_since is None
        await Agents(s).remove(again, later(200))
        await Agents(s).remove(
            await Agents(s).add(extension="1001", user_id=wang.id, held_since=later(100)), later(300)
        )
        assert (await Agents(s).add(extension="1001", user_id=li.id)).held_since == later(300)
    async with db.session() as s:
        rows = (await History(s).page(HistoryFilter())).items
    assert {row.id: row.agent_name for row in rows} == {"early": "李娜", "away": "李娜", "late": "李娜"}


@pytest.mark.parametrize("also", [{}, {"number": "+8613800138000"}, {"queue": "service"}], ids=str)
async def test_the_calls_of_an_agent_may_be_those_from_a_moment_on(
    db: Database, also: dict[str, str]
) -> None:
    placed = a_call("placed", 110, direction="outbound", legs=(), offers=())
    await write(
        db, a_call("before"), a_call("over it", 60), a_call("waited", 80), placed, a_call("after", 200)
    )
    mine = await listed(db, agent="1001", agent_since=later(100), **also)
    assert mine == ["after", "placed", "waited"]
