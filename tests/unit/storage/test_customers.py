"""Customers: whose number it is, the search in Chinese and English, what was between us before."""

from datetime import timedelta

import pytest

from storage.database import Database
from storage.repositories.caller_statements import MAX_SHARING
from storage.repositories.customers import Customers
from storage.repositories.journal import Journal
from storage.repositories.users import Agents, Users
from storage.repositories.wrap_ups import WrapUps
from storage.rows.customers import NumberMatch
from storage.tables import Contact, Number
from tests.unit.storage.builders import NOON, a_call, a_customer, an_abandoned_call, later

MOBILE = "+8613800138000"


async def matches(db: Database, number: str) -> list[NumberMatch]:
    async with db.session() as s:
        return list(await Customers(s).by_number(number))


async def found(db: Database, text: str, limit: int = 20) -> list[str]:
    async with db.session() as s:
        return [customer.name for customer in await Customers(s).search(text, limit=limit)]


async def add_trading_firm(db: Database) -> int:
    firm = a_customer(
        "明远贸易有限公司", MOBILE, name_en="Mingyuan Trading", kind="firm", tags=("VIP", "欠款")
    )
    firm.contacts[0].name, firm.contacts[0].name_en = "王小明", "Wang Xiaoming"
    colleague = Contact(name="赵云", role="会计")
    colleague.numbers = [Number(e164="+862161234567", as_entered="021-6123 4567", label="office")]
    firm.contacts.append(colleague)
    async with db.transaction() as s:
        return (await Customers(s).add(firm)).id


async def test_a_number_leads_to_customer_contact_and_tags(db: Database) -> None:
    firm = await add_trading_firm(db)
    (match,) = await matches(db, MOBILE)
    assert (match.customer_id, match.customer_name, match.contact_name) == (
        firm,
        "明远贸易有限公司",
        "王小明",
    )
    assert match.tags == ("VIP", "欠款")
    (office,) = await matches(db, "+862161234567")
    assert (office.contact_name, office.contact_role, office.as_entered, office.label) == (
        "赵云",
        "会计",
        "021-6123 4567",
        "office",
    )


async def test_an_unknown_number_leads_to_nobody(db: Database) -> None:
    await add_trading_firm(db)
    assert await matches(db, "+8613800138001") == []
    assert await matches(db, "%") == []


async def test_a_shared_number_leads_to_each_customer_once(db: Database) -> None:
    async with db.transaction() as s:
        for name in ("周杰", "周敏"):
            customer = a_customer(name, MOBILE, MOBILE, tags=("a", "b"))
            await Customers(s).add(customer)
    assert [(match.customer_name, match.tags) for match in await matches(db, MOBILE)] == [
        ("周杰", ("a", "b")),
        ("周敏", ("a", "b")),
    ]


async def test_a_number_of_very_many_customers_is_bounded(db: Database) -> None:
    async with db.transaction() as s:
        for number in range(MAX_SHARING + 5):
            await Customers(s).add(a_customer(f"c{number}", MOBILE))
    assert len(await matches(db, MOBILE)) == MAX_SHARING


async def test_customers_are_found_by_name_contact_tag_and_number(db: Database) -> None:
    await add_trading_firm(db)
    async with db.transaction() as s:
        await Customers(s).add(a_customer("Bob's 100% Parts", "+442079460000"))
    firm = ["明远贸易有限公司"]
    for text in (
        "明远",
        "贸易",
        "小明",
        "赵云",
        "mingyuan",
        "WANG X",
        "vip",
        "欠款",
        "021-6123",
        "6123 4567",
    ):
        assert await found(db, text) == firm, text
    assert await found(db, "+86 (138) 0013") == firm
    assert await found(db, "100%") == await found(db, "bob's") == ["Bob's 100% Parts"]
    assert await found(db, "%") == ["Bob's 100% Parts"]
    assert await found(db, "没有") == await found(db, "_") == []
    assert await found(db, "", limit=1) == ["Bob's 100% Parts"]


async def test_a_customer_is_read_whole(db: Database) -> None:
    firm_id = await add_trading_firm(db)
    async with db.session() as s:
        firm = await Customers(s).by_id(firm_id)
        assert await Customers(s).by_id(firm_id + 1) is None
    assert firm is not None
    assert [[n.e164 for n in contact.numbers] for contact in firm.contacts] == [[MOBILE], ["+862161234567"]]
    assert [tag.tag for tag in firm.tags] == ["VIP", "欠款"]


@pytest.fixture
async def past(db: Database) -> int:
    """A firm with calls under two numbers from before it was a customer, and one that is linked to it."""
    day = timedelta(days=1).total_seconds()
    async with db.transaction() as s:
        await Journal(s).write_calls(
            [a_call("answered"), an_abandoned_call("gave-up", day, number_e164="+862161234567")]
        )
    firm = await add_trading_firm(db)
    async with db.transaction() as s:
        user = await Users(s).add(login="lina", name="李娜", password_hash="-", role="agent", created_at=NOON)
        await Agents(s).add(extension="1001", user_id=user.id)
        await WrapUps(s).finish("answered", "1001", disposition="refund", note="退款", now=later(120))
        await Journal(s).write_calls(
            [
                a_call("linked", 2 * day, number_e164="+19995550000", customer_id=firm),
                a_call("stranger", 3 * day, number_e164="+19995550001"),
                a_call("test", 3 * day, customer_id=firm, test=True),
                a_call("running", 4 * day, ended_at=None, customer_id=firm),
            ]
        )
    return firm


async def test_past_contacts_say_who_when_and_how_it_ended(db: Database, past: int) -> None:
    async with db.session() as s:
        (contact,) = await Customers(s).past_contacts(numbers=[MOBILE])
    assert (contact.call_id, contact.agent_name, contact.outcome, contact.disposition, contact.note) == (
        "answered",
        "李娜",
        "answered",
        "refund",
        "退款",
    )
    assert (contact.at, contact.talk_s) == (NOON, 60.0)


async def test_past_contacts_are_bounded_newest_first_and_not_repeated(db: Database, past: int) -> None:
    async with db.session() as s:
        both = await Customers(s).past_contacts(numbers=[MOBILE, "+19995550000"], customer_ids=[past])
        newest = await Customers(s).past_contacts(numbers=[MOBILE], customer_ids=[past], limit=1)
        assert await Customers(s).past_contacts() == []
    assert [contact.call_id for contact in both] == ["linked", "answered"]
    assert [contact.call_id for contact in newest] == ["linked"]


async def test_the_timeline_covers_all_numbers_of_the_customer(db: Database, past: int) -> None:
    async with db.session() as s:
        timeline = await Customers(s).timeline(past)
        assert await Customers(s).timeline(past + 99) == []
    assert [contact.call_id for contact in timeline] == ["linked", "gave-up", "answered"]
