"""The screen pop's record: found, several, unknown, withheld, with what was before."""

from dataclasses import asdict

import pytest
from sqlalchemy import Engine, event

from crm.customers import identify_caller
from crm.rules.caller import Match
from storage.database import Database
from storage.repositories.customers import Customers
from storage.repositories.journal import Journal
from storage.repositories.users import Agents, Users
from storage.repositories.wrap_ups import WrapUps
from tests.unit.storage.builders import NOON, a_call, a_customer, later

MOBILE = "+8613800138000"


@pytest.fixture
async def firm(db: Database) -> int:
    customer = a_customer("明远贸易有限公司", MOBILE, kind="firm", tags=("VIP",))
    customer.tier = "gold"
    contact = customer.contacts[0]
    contact.name, contact.name_en, contact.role = "王小明", "Wang Xiaoming", "采购经理"
    contact.numbers[0].as_entered = "138 0013 8000"
    async with db.transaction() as s:
        user = await Users(s).add(login="lina", name="李娜", password_hash="-", role="agent", created_at=NOON)
        await Agents(s).add(extension="1001", user_id=user.id)
        await Customers(s).add(customer)
        await Journal(s).write_calls([a_call("earlier", customer_id=customer.id)])
        await WrapUps(s).finish("earlier", "1001", disposition="complaint", note="退款", now=later(99))
    return customer.id


@pytest.mark.parametrize("number", [MOBILE, "13800138000", "0086 138 0013 8000"])
async def test_a_known_caller_is_found_by_any_writing(db: Database, firm: int, number: str) -> None:
    found = await identify_caller(db, number, home_region="CN")
    assert (found.number_e164, found.record.customer_id) == (MOBILE, firm)
    assert asdict(found.record) == {
        "match": "found",
        "matched_by": "138 0013 8000",
        "customers": (
            {
                "id": firm,
                "name": "王小明",
                "name_en": "Wang Xiaoming",
                "company": "明远贸易有限公司",
                "tier": "gold",
                "tags": ("VIP",),
                "language": "zh",
                "contact": "王小明",
                "contact_role": "采购经理",
                "number_label": "mobile",
            },
        ),
        "chosen": None,
        "last_contacts": (
            {
                "call_id": "earlier",
                "at": NOON,
                "direction": "inbound",
                "queue": "service",
                "agent_name": "李娜",
                "outcome": "answered",
                "talk_s": 60.0,
                "disposition": "complaint",
                "note": "退款",
            },
        ),
    }


async def test_a_private_customer_has_no_company(db: Database) -> None:
    async with db.transaction() as s:
        await Customers(s).add(a_customer("Alice Weber", "+442079460000"))
    record = (await identify_caller(db, "+442079460000", home_region="CN")).record
    assert [(card.name, card.company) for card in record.customers] == [("Alice Weber", None)]


async def test_a_shared_number_shows_all_and_only_what_came_from_it(db: Database, firm: int) -> None:
    async with db.transaction() as s:
        other = await Customers(s).add(a_customer("周敏", MOBILE))
        await Journal(s).write_calls(
            [a_call("other-number", 500, number_e164="+442079460000", customer_id=other.id)]
        )
    record = (await identify_caller(db, MOBILE, home_region="CN")).record
    assert record.match is Match.SEVERAL
    assert record.customer_id is None
    assert [card.name for card in record.customers] == ["王小明", "周敏"]
    assert [contact.call_id for contact in record.last_contacts] == ["earlier"]


@pytest.mark.usefixtures("firm")
async def test_an_unknown_caller_has_what_came_from_the_number_before(db: Database) -> None:
    async with db.transaction() as s:
        await Journal(s).write_calls([a_call("before", number_e164="+442079460000", customer_id=None)])
    found = await identify_caller(db, "+442079460000", home_region="CN")
    record = found.record
    assert (record.match, found.number_e164, record.customers) == (Match.UNKNOWN, "+442079460000", ())
    assert [contact.call_id for contact in record.last_contacts] == ["before"]


@pytest.mark.parametrize(
    ("number", "match"),
    [
        ("", Match.WITHHELD),
        ("anonymous", Match.WITHHELD),
        ("1001", Match.UNKNOWN),
        ("x" * 200, Match.UNKNOWN),
        ("😀", Match.UNKNOWN),
        ("' OR 1=1 --", Match.UNKNOWN),
        ("\0\r\n", Match.UNKNOWN),
    ],
)
@pytest.mark.usefixtures("firm")
async def test_hostile_numbers_match_nobody(db: Database, number: str, match: Match) -> None:
    record = (await identify_caller(db, number, home_region="CN")).record
    assert asdict(record) == {
        "match": match,
        "matched_by": None,
        "customers": (),
        "chosen": None,
        "last_contacts": (),
    }


@pytest.mark.usefixtures("firm")
async def test_the_look_up_takes_two_queries(db: Database) -> None:
    statements: list[str] = []
    engine = await _engine_of(db)

    def note(conn: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.startswith("SELECT"):
            statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    await identify_caller(db, MOBILE, home_region="CN")
    event.remove(engine, "before_cursor_execute", note)
    assert len(statements) == 2


async def _engine_of(db: Database) -> Engine:
    async with db.session() as s:
        connection = (await s.connection()).sync_connection
    assert connection is not None
    return connection.engine
