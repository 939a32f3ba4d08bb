"""The demo data: loaded once, plausible, and removed without touching anything of the user's own."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from crm.customers import identify_caller
from crm.rules.caller import Match
from crm.rules.numbers import normalise
from office.passwords import verify_password
from office.rules.people import Role
from office.staff import set_extension
from office.users import NewUser, add_user
from ringdesk.demo.calls import DAYS
from ringdesk.demo.customers import CUSTOMERS
from ringdesk.demo.load import load_demo
from ringdesk.demo.office import DEMO_LOGINS
from ringdesk.demo.remove import remove_demo
from storage.database import Database
from storage.records import IntervalRecord
from storage.repositories.customers import Customers
from storage.repositories.history import History
from storage.repositories.journal import Journal
from storage.repositories.routing import Hotlines, Memberships, Queues
from storage.repositories.sign_ins import SignIns
from storage.repositories.users import Agents, Users
from storage.rows.calls import HistoryFilter
from storage.tables import Base, Contact, Hotline, Number, Queue, SignIn
from tests.support.operators import OPERATOR
from tests.unit.storage.builders import NOON, a_call

NOW = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
HASHES = {login: f"hash of {login}" for login in DEMO_LOGINS}


async def counts(db: Database) -> dict[str, int]:
    """How many rows each table has, without those that say what was done."""
    kept = {"audit", "settings"}
    async with db.session() as s:
        return {
            table.name: await s.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
            if table.name not in kept
        }


async def load(db: Database) -> None:
    assert await load_demo(db, HASHES, now=NOW, by=OPERATOR)


async def add_own_admin(db: Database) -> None:
    admin = NewUser(login="boss", name="Boss", role=Role.ADMIN, password="four words in a row")
    await add_user(db, admin, now=NOW, by=OPERATOR)


async def test_the_known_caller_is_recognised_with_a_past(db: Database) -> None:
    await load(db)
    record = (await identify_caller(db, "+8613800138000", home_region="CN")).record
    (card,) = record.customers
    assert (card.name, card.name_en, card.company) == ("王小明", "Wang Xiaoming", "明远贸易有限公司")
    assert (card.tier, card.tags) == ("gold", ("VIP",))
    assert record.last_contacts
    assert any(contact.disposition for contact in record.last_contacts)


async def test_a_shared_number_offers_several(db: Database) -> None:
    await load(db)
    record = (await identify_caller(db, "13800138088", home_region="CN")).record
    assert record.match is Match.SEVERAL
    assert [card.name for card in record.customers] == ["周建国", "周敏"]


def test_every_demo_number_is_a_number() -> None:
    written = [number for c in CUSTOMERS for person in c.people for number, _ in person.numbers]
    assert len(CUSTOMERS) >= 30
    assert [number for number in written if normalise(number) is None] == []


async def test_the_history_is_not_empty_and_lies_in_the_past(db: Database) -> None:
    await load(db)
    async with db.session() as s:
        rows = (await History(s).page(HistoryFilter(), limit=200)).items
        today = (await History(s).page(HistoryFilter(since=NOW.replace(hour=0)))).items
    assert {row.outcome for row in rows} == {"answered", "abandoned", "menu"}
    assert {row.agent_name for row in rows if row.agent} == {"李娜", "王伟", "赵敏"}
    assert all(NOW - timedelta(days=6) < row.started_at < NOW for row in rows)
    assert today == []
    assert all(row.disposition for row in rows if row.outcome == "answered")


async def test_the_office_is_staffed(db: Database) -> None:
    await load(db)
    async with db.session() as s:
        lina = await Users(s).by_login("lina")
        assert await Memberships(s).of_agent("1001") == {"complaints": 0, "sales": 0, "service": 0}
        assert {h.number: h.language for h in await Hotlines(s).all()} == {"4001": "zh", "4002": "en"}
        assert [queue.name for queue in await Queues(s).all()] == ["complaints", "sales", "service"]
        # Each console speaks as its browser does, like the sign-in page before it.
        assert {user.language for user in await Users(s).all()} == {""}
    assert lina is not None
    assert lina.agent is not None
    assert (lina.password_hash, lina.agent.extension) == ("hash of lina", "1001")


async def test_an_extension_that_was_somebody_elses_brings_the_demo_none_of_their_past(db: Database) -> None:
    await load(db)
    async with db.session() as s:
        lina = await Agents(s).by_extension("1001")
        assert lina is not None
        assert lina.held_since is not None
        calls = (await History(s).page(HistoryFilter(agent="1001", agent_since=lina.held_since))).items
        assert calls == (await History(s).page(HistoryFilter(agent="1001"))).items != []
        assert lina.held_since > NOW - timedelta(days=DAYS + 1)


async def test_the_demo_begins_where_somebody_else_gave_an_extension_back(db: Database) -> None:
    await add_own_admin(db)
    await set_extension(db, "boss", "1001", now=NOW - timedelta(days=400), by=OPERATOR)
    await set_extension(db, "boss", None, now=NOW - timedelta(hours=1), by=OPERATOR)
    await load(db)
    async with db.session() as s:
        lina = await Agents(s).by_extension("1001")
    assert lina is not None
    assert lina.held_since == NOW - timedelta(hours=1)


async def test_it_is_loaded_once_and_not_again_after_its_removal(db: Database) -> None:
    await load(db)
    before = await counts(db)
    assert not await load_demo(db, HASHES, now=NOW, by=OPERATOR)
    assert await counts(db) == before
    await remove_demo(db, now=NOW, by=OPERATOR)
    assert not await load_demo(db, HASHES, now=NOW, by=OPERATOR)


async def test_nothing_is_left_after_the_removal(db: Database) -> None:
    await add_own_admin(db)
    before = await counts(db)
    await load(db)
    removal = await remove_demo(db, now=NOW, by=OPERATOR)
    assert removal.kept == []
    assert removal.removed["customers"] == len(CUSTOMERS)
    assert await counts(db) == before


async def test_what_existed_before_under_a_demo_name_is_the_users_own(db: Database) -> None:
    await add_own_admin(db)
    async with db.transaction() as s:
        await Queues(s).put(Queue(name="service", title_zh="我的", title_en="Mine"))
    await add_user(
        db,
        NewUser(login="lina", name="Mine", role=Role.AGENT, password="four words in a row"),
        now=NOW,
        by=OPERATOR,
    )
    before = await counts(db)
    await load(db)
    removal = await remove_demo(db, now=NOW, by=OPERATOR)
    assert removal.kept == []
    assert await counts(db) == before
    async with db.session() as s:
        lina = await Users(s).by_login("lina")
        service = await Queues(s).by_name("service")
    assert lina is not None
    assert service is not None
    assert verify_password(lina.password_hash, "four words in a row")
    assert service.title_en == "Mine"


async def test_own_calls_and_customers_stay(db: Database) -> None:
    await load(db)
    async with db.transaction() as s:
        ming = (await Customers(s).by_number("+8613800138000"))[0].customer_id
        own = await Customers(s).search("绿源")
        contact = Contact(customer_id=own[0].id, name="新来的")
        contact.numbers = [Number(e164="+862155509999")]
        s.add(contact)
        await Journal(s).write_calls([a_call("real", customer_id=ming, ended_at=NOW)])
    removal = await remove_demo(db, now=NOW, by=OPERATOR)
    assert "customer 绿源食品厂: it was changed or added to" in removal.kept
    async with db.session() as s:
        assert [row.id for row in (await History(s).page(HistoryFilter())).items] == ["real"]
        (customer,) = await Customers(s).search("")
    assert [contact.name for contact in customer.contacts] == ["马建军", "新来的"]


async def removal_kept(db: Database, name: str) -> str:
    removal = await remove_demo(db, now=NOW, by=OPERATOR)
    return next((sentence for sentence in removal.kept if sentence.startswith(name)), "")


async def test_the_only_administrator_stays_until_there_is_another(db: Database) -> None:
    await load(db)
    assert "only administrator" in await removal_kept(db, "user admin:")
    await add_own_admin(db)
    assert await removal_kept(db, "user admin:") == ""
    async with db.session() as s:
        assert [user.login for user in await Users(s).all()] == ["boss"]


async def test_an_agent_with_own_calls_is_retired(db: Database) -> None:
    await load(db)
    async with db.transaction() as s:
        await Journal(s).write_calls([a_call("real", (NOW - NOON).total_seconds() - 90)])
    assert "took part in 1 calls" in await removal_kept(db, "user lina:")
    async with db.session() as s:
        lina = await Users(s).by_login("lina")
        (row,) = (await History(s).page(HistoryFilter())).items
        assert await Memberships(s).of_agent("1001") == {}
        assert await Queues(s).all() == []
    assert lina is not None
    assert not lina.active
    assert row.agent_name == "李娜"


async def test_who_is_signed_in_stays(db: Database) -> None:
    await load(db)
    async with db.transaction() as s:
        wangwei = await Users(s).by_login("wangwei")
        assert wangwei is not None
        until = NOW + timedelta(hours=1)
        times: dict[str, Any] = {"created_at": NOW, "last_seen_at": NOW, "expires_at": until}
        SignIns(s).add(SignIn(token_hash="t", user_id=wangwei.id, csrf="c", **times))
        await Journal(s).write_intervals([IntervalRecord("1001", "presence", "paused", NOW, reason="lunch")])
    removal = await remove_demo(db, now=NOW, by=OPERATOR)
    kept = {sentence.split(":")[0] for sentence in removal.kept}
    assert {"user lina", "user wangwei", "queue service", "queue sales"} <= kept
    assert "user zhaomin" not in kept
    async with db.transaction() as s:
        await SignIns(s).end("t")
        ended = IntervalRecord("1001", "presence", "paused", NOW, ended_at=NOW, reason="lunch")
        await Journal(s).write_intervals([ended])
    await add_own_admin(db)
    assert (await remove_demo(db, now=NOW, by=OPERATOR)).kept == []


async def test_a_queue_that_is_needed_stays(db: Database) -> None:
    await add_own_admin(db)
    await load(db)
    async with db.transaction() as s:
        await Hotlines(s).put(
            Hotline(number="5000", name="own", flow="own", language="en", fallback_queue="complaints")
        )
        await Queues(s).put(Queue(name="own", title_zh="o", title_en="o", overflow_queue="sales"))
    removal = await remove_demo(db, now=NOW, by=OPERATOR)
    assert removal.kept == [
        "queue complaints: it is used by hotline 5000",
        "queue sales: it is used by queue own",
        "queue service: it is used by queue complaints, queue sales",
    ]


async def test_a_changed_hotline_and_a_call_under_way_keep_what_they_need(db: Database) -> None:
    await add_own_admin(db)
    await load(db)
    async with db.transaction() as s:
        await Hotlines(s).put(
            Hotline(number="4002", name="x", flow="own", language="en", fallback_queue="sales")
        )
        await Journal(s).write_calls([a_call("now", ended_at=None, agent=None, legs=(), offers=())])
    removal = await remove_demo(db, now=NOW, by=OPERATOR)
    assert removal.kept == [
        "hotline 4001: a call by it is under way",
        "hotline 4002: it was changed",
        "queue sales: it is used by hotline 4002",
        "queue service: a call in it is under way",
    ]
