"""Adding, listing and re-keying users."""

from dataclasses import replace
from typing import Any

import pytest

from office.passwords import verify_password
from office.rules.people import Role
from office.users import NewUser, UserProblem, add_user, list_users, set_password
from storage.database import Database
from storage.repositories.audit import Audit
from storage.repositories.routing import Queues
from storage.repositories.sign_ins import SignIns
from storage.repositories.users import Users
from storage.tables import Queue, SignIn
from tests.support.operators import OPERATOR
from tests.unit.storage.builders import NOON, later

PASSWORD = "four words in a row"


def new(login: str, role: Role = Role.AGENT, **more: Any) -> NewUser:
    return NewUser(login=login, name=login.title(), role=role, password=PASSWORD, **more)


@pytest.fixture
async def two_queues(db: Database) -> None:
    async with db.transaction() as s:
        for name in ("sales", "service"):
            await Queues(s).put(Queue(name=name, title_zh=name, title_en=name))


@pytest.mark.usefixtures("two_queues")
async def test_agents_get_an_extension_and_the_queues(db: Database) -> None:
    assert await add_user(db, new("lina"), now=NOON, by=OPERATOR) == "1001"
    assert (
        await add_user(db, new("wangwei", queues=("sales",), extension="1005"), now=NOON, by=OPERATOR)
        == "1005"
    )
    assert await add_user(db, new("zhaomin", Role.SUPERVISOR), now=NOON, by=OPERATOR) == "1002"
    assert await add_user(db, new("Admin", Role.ADMIN), now=NOON, by=OPERATOR) is None
    listed = [(user.login, user.role, user.extension, user.queues) for user in await list_users(db)]
    assert listed == [
        ("admin", "admin", None, ()),
        ("lina", "agent", "1001", ("sales", "service")),
        ("wangwei", "agent", "1005", ("sales",)),
        ("zhaomin", "supervisor", "1002", ("sales", "service")),
    ]


@pytest.mark.parametrize(
    ("user", "reason"),
    [
        (new("LINA"), "already"),
        (new("a b"), "login"),
        (new("new", extension="1001"), "taken"),
        (new("new", extension="12"), "extension"),
        (new("new", queues=("nowhere",)), "no queue nowhere"),
    ],
)
@pytest.mark.usefixtures("two_queues")
async def test_what_cannot_be_added_is_refused_and_leaves_nothing(
    db: Database, user: NewUser, reason: str
) -> None:
    await add_user(db, new("lina"), now=NOON, by=OPERATOR)
    with pytest.raises(UserProblem, match=reason):
        await add_user(db, user, now=NOON, by=OPERATOR)
    assert [user.login for user in await list_users(db)] == ["lina"]


async def test_a_new_password_ends_all_sign_ins(db: Database) -> None:
    await add_user(db, new("lina"), now=NOON, by=OPERATOR)
    async with db.transaction() as s:
        user = await Users(s).by_login("lina")
        assert user is not None
        SignIns(s).add(
            SignIn(
                token_hash="t",
                user_id=user.id,
                csrf="c",
                created_at=NOON,
                last_seen_at=NOON,
                expires_at=later(60),
            )
        )
    await set_password(db, "LiNa", "another row of four words", now=NOON, by=OPERATOR)
    async with db.session() as s:
        user = await Users(s).by_login("lina")
        assert user is not None
        assert verify_password(user.password_hash, "another row of four words")
        assert await SignIns(s).find("t", NOON) is None
        entries = await Audit(s).newest()
    assert [(e.account, e.via, e.action, e.object, e.result) for e in entries] == [
        ("uid 0", "command_line", "password_set", f"user:{user.id}", "done"),
        ("uid 0", "command_line", "user_add", f"user:{user.id}", "done"),
    ]


@pytest.mark.parametrize("own", ["login", "name", "name_en"])
async def test_a_password_of_the_users_own_words_is_refused(db: Database, own: str) -> None:
    named: dict[str, Any] = {"login": "chen", "name": "陈静", own: "oyelaranadebayo"}
    user = NewUser(role=Role.AGENT, password="oyelaranadebayo", **named)
    with pytest.raises(UserProblem, match="easy to guess"):
        await add_user(db, user, now=NOON, by=OPERATOR)
    await add_user(db, replace(user, password=PASSWORD), now=NOON, by=OPERATOR)
    with pytest.raises(UserProblem, match="easy to guess"):
        await set_password(db, user.login, user.password, now=NOON, by=OPERATOR)
    async with db.session() as s:
        results = [(entry.action, entry.result) for entry in await Audit(s).newest()]
    assert results == [("password_set", "refused"), ("user_add", "done"), ("user_add", "refused")]


async def test_a_password_of_nobody_is_refused(db: Database) -> None:
    with pytest.raises(UserProblem, match="no user nobody"):
        await set_password(db, "nobody", PASSWORD, now=NOON, by=OPERATOR)
    async with db.session() as s:
        (entry,) = await Audit(s).newest()
    assert (entry.action, entry.result, entry.why) == ("password_set", "refused", "no_such_user")
