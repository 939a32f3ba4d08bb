"""Users, sign-ins, agents, hotlines, queues and memberships."""

import pytest
from sqlalchemy.exc import IntegrityError

from storage.database import Database
from storage.repositories.routing import Hotlines, Memberships, Queues
from storage.repositories.sign_ins import SignIns
from storage.repositories.users import Agents, Users
from storage.tables import Hotline, Queue, SignIn, User
from tests.unit.storage.builders import NOON, later


async def add_user(db: Database, login: str, extension: str | None = None) -> User:
    async with db.transaction() as s:
        user = await Users(s).add(
            login=login, name=login.title(), password_hash="first", role="agent", created_at=NOON
        )
        if extension is not None:
            await Agents(s).add(extension=extension, user_id=user.id)
    return user


async def test_a_user_is_found_by_login_in_any_case(db: Database) -> None:
    await add_user(db, " LiNa ", "1001")
    async with db.session() as s:
        user = await Users(s).by_login("LINA ")
        assert await Users(s).by_login("lin") is None
    assert user is not None
    assert user.agent is not None
    assert (user.login, user.agent.extension) == ("lina", "1001")


async def test_a_login_and_an_extension_are_given_once(db: Database) -> None:
    user = await add_user(db, "lina", "1001")
    with pytest.raises(IntegrityError):
        await add_user(db, "LINA")
    with pytest.raises(IntegrityError):
        await add_user(db, "wangwei", "1001")
    with pytest.raises(IntegrityError):
        async with db.transaction() as s:
            await Agents(s).add(extension="1002", user_id=user.id)
    async with db.session() as s:
        assert [user.login for user in await Users(s).all()] == ["lina"]


async def test_password_preferences_and_activity_are_changed(db: Database) -> None:
    user = await add_user(db, "lina")
    async with db.transaction() as s:
        await Users(s).set_password_hash(user.id, "second")
        await Users(s).set_preferences(user.id, language="zh", theme="dark")
        await Users(s).set_active(user.id, False)
    async with db.session() as s:
        changed = await Users(s).by_id(user.id)
    assert changed is not None
    assert (changed.password_hash, changed.language, changed.theme, changed.active) == (
        "second",
        "zh",
        "dark",
        False,
    )


async def test_agents_who_left_are_not_listed(db: Database) -> None:
    await add_user(db, "lina", "1001")
    gone = await add_user(db, "wangwei", "1002")
    await add_user(db, "admin")
    async with db.transaction() as s:
        await Users(s).set_active(gone.id, False)
    async with db.session() as s:
        assert [(a.extension, a.user.login) for a in await Agents(s).all()] == [("1001", "lina")]
        assert len(await Agents(s).all(active_only=False)) == 2
        found = await Agents(s).by_extension("1002")
    assert found is not None
    assert found.user.login == "wangwei"


def a_sign_in(user: User, token_hash: str = "h1") -> SignIn:
    return SignIn(
        token_hash=token_hash,
        user_id=user.id,
        csrf="c",
        created_at=NOON,
        last_seen_at=NOON,
        expires_at=later(60),
    )


async def test_a_sign_in_holds_until_it_expires(db: Database) -> None:
    user = await add_user(db, "lina", "1001")
    async with db.transaction() as s:
        SignIns(s).add(a_sign_in(user))
    async with db.session() as s:
        found = await SignIns(s).find("h1", later(59))
        assert await SignIns(s).find("h1", later(60)) is None
        assert await SignIns(s).find("h2", NOON) is None
    assert found is not None
    assert found.user.agent is not None
    assert found.user.agent.extension == "1001"


async def test_a_sign_in_is_prolonged_and_ended(db: Database) -> None:
    user = await add_user(db, "lina")
    async with db.transaction() as s:
        SignIns(s).add(a_sign_in(user))
        await s.flush()
        await SignIns(s).touch("h1", now=later(50), expires_at=later(500))
    async with db.session() as s:
        found = await SignIns(s).find("h1", later(400))
        assert found is not None
        assert found.last_seen_at == later(50)
    async with db.transaction() as s:
        await SignIns(s).end("h1")
    async with db.session() as s:
        assert await SignIns(s).find("h1", NOON) is None


async def test_a_user_who_left_is_signed_in_nowhere(db: Database) -> None:
    user = await add_user(db, "lina")
    async with db.transaction() as s:
        SignIns(s).add(a_sign_in(user))
        await Users(s).set_active(user.id, False)
    async with db.session() as s:
        assert await SignIns(s).find("h1", NOON) is None


async def test_ending_all_sign_ins_may_spare_one(db: Database) -> None:
    user, other = await add_user(db, "lina"), await add_user(db, "wangwei")
    async with db.transaction() as s:
        for sign_in in (a_sign_in(user), a_sign_in(user, "h2"), a_sign_in(other, "h3")):
            SignIns(s).add(sign_in)
        await s.flush()
        await SignIns(s).end_all(user.id, except_token_hash="h2")
    async with db.session() as s:
        held = [h for h in ("h1", "h2", "h3") if await SignIns(s).find(h, NOON)]
    assert held == ["h2", "h3"]
    async with db.transaction() as s:
        await SignIns(s).end_all(user.id)
        await SignIns(s).forget_expired(later(60))
    async with db.session() as s:
        assert await SignIns(s).find("h3", NOON) is None


async def test_queues_and_hotlines_are_put_and_replaced(db: Database) -> None:
    async with db.transaction() as s:
        await Queues(s).put(Queue(name="service", title_zh="服务", title_en="Service"))
        await Queues(s).put(
            Queue(name="sales", title_zh="销售", title_en="Sales", overflow_queue="service", ring_seconds=20)
        )
        await Hotlines(s).put(
            Hotline(number="4001", name="服务", flow="service", language="zh", fallback_queue="service")
        )
    async with db.transaction() as s:
        await Queues(s).put(Queue(name="service", title_zh="客服", title_en="Service", sl_seconds=30))
    async with db.session() as s:
        queues = await Queues(s).all()
        hotline = await Hotlines(s).by_number("4001")
        assert await Hotlines(s).by_number("4002") is None
        assert await Queues(s).by_name("nowhere") is None
        assert [h.number for h in await Hotlines(s).all()] == ["4001"]
    assert [(q.name, q.title_zh, q.ring_seconds, q.sl_seconds, q.overflow_queue) for q in queues] == [
        ("sales", "销售", 20, 15, "service"),
        ("service", "客服", 15, 30, None),
    ]
    assert hotline is not None
    assert hotline.fallback_queue == "service"


async def test_a_hotline_needs_a_fallback_queue_that_exists(db: Database) -> None:
    with pytest.raises(IntegrityError):
        async with db.transaction() as s:
            await Hotlines(s).put(
                Hotline(number="4001", name="x", flow="service", language="zh", fallback_queue="nowhere")
            )


async def test_memberships_follow_agents_and_queues(db: Database) -> None:
    await add_user(db, "lina", "1001")
    left = await add_user(db, "wangwei", "1002")
    async with db.transaction() as s:
        for name in ("sales", "service"):
            await Queues(s).put(Queue(name=name, title_zh=name, title_en=name))
        for extension, queue in (("1001", "service"), ("1001", "sales"), ("1002", "sales")):
            await Memberships(s).put(queue=queue, extension=extension)
        await Memberships(s).put(queue="sales", extension="1001", penalty=5)
    async with db.session() as s:
        assert await Memberships(s).of_agent("1001") == {"sales": 5, "service": 0}
        assert await Memberships(s).by_agent() == {"1001": {"sales": 5, "service": 0}, "1002": {"sales": 0}}
    async with db.transaction() as s:
        await Memberships(s).remove(queue="service", extension="1001")
        await Users(s).set_active(left.id, False)
    async with db.session() as s:
        assert await Memberships(s).by_agent() == {"1001": {"sales": 5}}
