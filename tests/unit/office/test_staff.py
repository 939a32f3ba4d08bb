"""Deactivating users, and giving them another role, other queues, another extension or phone password."""

import re
from collections.abc import Awaitable, Callable

import pytest

from office.rules.people import Role
from office.staff import (
    activate,
    after_restore,
    deactivate,
    renew_phone_password,
    set_extension,
    set_queues,
    set_role,
    show_phone,
)
from office.users import ListedUser, NewUser, UserProblem, add_user, list_users, set_password
from storage.database import Database
from storage.repositories.audit import Audit
from storage.repositories.routing import Memberships, Queues
from storage.repositories.sign_ins import SignIns
from storage.repositories.users import Agents, Users
from storage.tables import Queue, SignIn
from tests.support.operators import OPERATOR
from tests.unit.storage.builders import NOON, later

Change = Callable[[Database], Awaitable[object]]


@pytest.fixture
async def office(db: Database) -> Database:
    """Two who take calls, and one administrator."""
    async with db.transaction() as s:
        for name in ("sales", "service", "complaints"):
            await Queues(s).put(Queue(name=name, title_zh=name, title_en=name))
    for login, role, queues in (
        ("lina", Role.AGENT, ("sales", "service")),
        ("wangwei", Role.SUPERVISOR, ("sales",)),
        ("admin", Role.ADMIN, ()),
    ):
        user = NewUser(login=login, name=login, role=role, password="four words in a row", queues=queues)
        await add_user(db, user, now=NOON, by=OPERATOR)
    return db


async def listed(db: Database, login: str) -> ListedUser:
    return next(user for user in await list_users(db) if user.login == login)


async def sign_in(db: Database, login: str) -> None:
    async with db.transaction() as s:
        user = await Users(s).by_login(login)
        assert user is not None
        row = {"created_at": NOON, "last_seen_at": NOON, "expires_at": later(600)}
        SignIns(s).add(SignIn(token_hash=login, user_id=user.id, csrf="c", **row))


async def is_signed_in(db: Database, login: str) -> bool:
    async with db.session() as s:
        return await SignIns(s).find(login, later(60)) is not None


async def phone(db: Database, extension: str) -> tuple[int, str, str]:
    async with db.session() as s:
        agent = await Agents(s).by_extension(extension)
    assert agent is not None
    return agent.phone_epoch, agent.phone_epoch_why, agent.phone


LINA = "user:1"


async def newest(db: Database) -> tuple[str, str, str, str, object]:
    async with db.session() as s:
        entry = (await Audit(s).newest(limit=1))[0]
    assert (entry.account, entry.user_id, entry.via) == ("uid 0", None, "command_line")
    return entry.action, entry.object, entry.result, entry.why, entry.detail


async def test_who_is_deactivated_has_no_session_and_another_phone_password(office: Database) -> None:
    await sign_in(office, "lina")
    before, _, _ = await phone(office, "1001")
    await deactivate(office, " LINA ", now=later(60), by=OPERATOR)
    assert not await is_signed_in(office, "lina")
    epoch, why, _ = await phone(office, "1001")
    assert epoch > before
    assert why == "deactivated"
    user = await listed(office, "lina")
    assert (user.active, user.extension, user.queues) == (False, "1001", ())
    async with office.session() as s:
        assert "1001" not in await Memberships(s).by_agent()
    assert await newest(office) == ("user_deactivate", LINA, "done", "", {})


async def test_who_is_activated_again_has_what_they_had_but_not_the_old_password(office: Database) -> None:
    await sign_in(office, "lina")
    await deactivate(office, "lina", now=later(60), by=OPERATOR)
    away, _, _ = await phone(office, "1001")
    await activate(office, "lina", now=later(90), by=OPERATOR)
    assert not await is_signed_in(office, "lina")
    user = await listed(office, "lina")
    assert (user.active, user.extension, user.queues) == (True, "1001", ("sales", "service"))
    assert (await phone(office, "1001"))[0] == away
    assert await newest(office) == ("user_activate", LINA, "done", "", {})


async def test_another_role_is_noted_with_the_one_before(office: Database) -> None:
    await set_role(office, "lina", Role.SUPERVISOR, now=NOON, by=OPERATOR)
    assert (await listed(office, "lina")).role == "supervisor"
    detail = {"role": "supervisor", "before": "agent"}
    assert await newest(office) == ("user_role", LINA, "done", "", detail)


async def test_the_queues_are_those_that_were_named_and_no_others(office: Database) -> None:
    async with office.transaction() as s:
        await Memberships(s).put(queue="sales", extension="1001", penalty=3)
    await set_queues(office, "lina", ["complaints", "sales", "sales"], now=NOON, by=OPERATOR)
    async with office.session() as s:
        assert await Memberships(s).of_agent("1001") == {"complaints": 0, "sales": 3}
    detail = {"queues": ["complaints", "sales"], "before": ["sales", "service"]}
    assert await newest(office) == ("user_queues", LINA, "done", "", detail)
    await set_queues(office, "lina", [], now=NOON, by=OPERATOR)
    assert (await listed(office, "lina")).queues == ()


async def test_another_extension_takes_the_queues_and_the_kind_of_phone_along(office: Database) -> None:
    await renew_phone_password(office, "lina", now=later(1), by=OPERATOR, kind="desk")
    async with office.transaction() as s:
        await Memberships(s).put(queue="sales", extension="1001", penalty=3)
    await set_extension(office, "lina", "1005", now=later(60), by=OPERATOR)
    user = await listed(office, "lina")
    assert (user.extension, user.queues) == ("1005", ("sales", "service"))
    async with office.session() as s:
        assert await Memberships(s).of_agent("1005") == {"sales": 3, "service": 0}
        assert await Agents(s).by_extension("1001") is None
    assert (await phone(office, "1005"))[1:] == ("administrator", "desk")
    detail = {"extension": "1005", "before": "1001"}
    assert await newest(office) == ("user_extension", LINA, "done", "", detail)


async def test_an_extension_that_comes_back_never_has_an_old_password_again(office: Database) -> None:
    epochs = {(await phone(office, "1001"))[0]}
    for minute in range(1, 4):
        await set_extension(office, "lina", None, now=later(60 * minute), by=OPERATOR)
        assert (await listed(office, "lina")).extension is None
        await set_extension(office, "lina", "1001", now=later(60 * minute + 30), by=OPERATOR)
        epochs.add((await phone(office, "1001"))[0])
    # The clock may stand still or go back: within one life of the extension the number grows all the same.
    for _ in range(3):
        await renew_phone_password(office, "lina", now=NOON, by=OPERATOR)
        epochs.add((await phone(office, "1001"))[0])
    assert len(epochs) == 7


async def test_whoever_had_no_phone_gets_one_without_queues(office: Database) -> None:
    await set_extension(office, "admin", "1010", now=NOON, by=OPERATOR)
    user = await listed(office, "admin")
    assert (user.extension, user.queues) == ("1010", ())


async def test_a_new_password_gives_the_phone_another_one_and_says_so(office: Database) -> None:
    before, _, _ = await phone(office, "1001")
    await set_password(office, "lina", "other words in a row", now=later(60), by=OPERATOR)
    epoch, why, _ = await phone(office, "1001")
    assert (epoch > before, why) == (True, "password")
    async with office.session() as s:
        user = await Users(s).by_login("lina")
    assert user is not None
    assert user.password_set_at == later(60)


async def test_that_the_account_was_looked_at_is_noted(office: Database) -> None:
    account = await show_phone(office, "lina", now=NOON, by=OPERATOR)
    assert (account.extension, account.kind) == ("1001", "browser")
    assert (await newest(office))[:3] == ("phone_show", LINA, "done")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda db: deactivate(db, "admin", now=NOON, by=OPERATOR), "only active administrator"),
        (lambda db: set_role(db, "admin", Role.AGENT, now=NOON, by=OPERATOR), "only active administrator"),
        (lambda db: deactivate(db, "nobody", now=NOON, by=OPERATOR), "no user nobody"),
        (lambda db: activate(db, "lina", now=NOON, by=OPERATOR), "active already"),
        (lambda db: set_role(db, "lina", Role.AGENT, now=NOON, by=OPERATOR), "has the role agent already"),
        (lambda db: set_queues(db, "lina", ["x"], now=NOON, by=OPERATOR), "no queue x"),
        (lambda db: set_queues(db, "admin", ["sales"], now=NOON, by=OPERATOR), "admin has no phone"),
        (lambda db: set_extension(db, "lina", "1001", now=NOON, by=OPERATOR), "has the extension 1001 alr"),
        (lambda db: set_extension(db, "admin", None, now=NOON, by=OPERATOR), "has no extension already"),
        (lambda db: set_extension(db, "lina", "1002", now=NOON, by=OPERATOR), "taken by wangwei"),
        (lambda db: set_extension(db, "lina", "12", now=NOON, by=OPERATOR), "3 to 6 digits"),
        (lambda db: renew_phone_password(db, "admin", now=NOON, by=OPERATOR), "admin has no phone"),
        (lambda db: show_phone(db, "admin", now=NOON, by=OPERATOR), "admin has no phone"),
    ],
)
async def test_what_cannot_be_is_refused_changes_nothing_and_is_noted(
    office: Database, change: Change, reason: str
) -> None:
    before = await list_users(office)
    with pytest.raises(UserProblem, match=reason):
        await change(office)
    assert await list_users(office) == before
    _, _, result, why, _ = await newest(office)
    assert result == "refused"
    # A code: the sentence names people.
    assert re.fullmatch("[a-z_]+", why)


async def test_the_last_administrator_is_the_last_active_one(office: Database) -> None:
    boss = NewUser(login="boss", name="Boss", role=Role.ADMIN, password="four words in a row")
    await add_user(office, boss, now=NOON, by=OPERATOR)
    await deactivate(office, "boss", now=NOON, by=OPERATOR)
    with pytest.raises(UserProblem, match="only active administrator"):
        await deactivate(office, "admin", now=NOON, by=OPERATOR)
    await activate(office, "boss", now=NOON, by=OPERATOR)
    await deactivate(office, "admin", now=NOON, by=OPERATOR)
    with pytest.raises(UserProblem, match="boss is the only active administrator"):
        await set_role(office, "boss", Role.AGENT, now=NOON, by=OPERATOR)


async def test_the_extension_of_somebody_deactivated_is_kept_for_them(office: Database) -> None:
    await deactivate(office, "wangwei", now=NOON, by=OPERATOR)
    with pytest.raises(UserProblem, match="taken by wangwei, who is deactivated"):
        await set_extension(office, "lina", "1002", now=NOON, by=OPERATOR)
    with pytest.raises(UserProblem, match="wangwei is deactivated"):
        await show_phone(office, "wangwei", now=NOON, by=OPERATOR)


async def test_a_restored_database_lets_nobody_in_whom_it_had_let_out(office: Database) -> None:
    await renew_phone_password(office, "wangwei", now=later(1), by=OPERATOR, kind="desk")
    await deactivate(office, "lina", now=later(2), by=OPERATOR)
    await sign_in(office, "admin")
    before = {ext: (await phone(office, ext))[0] for ext in ("1001", "1002")}
    assert await after_restore(office, now=later(60), by=OPERATOR) == 1
    assert not await is_signed_in(office, "admin")
    epoch, why, _ = await phone(office, "1001")
    assert (epoch > before["1001"], why) == (True, "restored")
    assert (await phone(office, "1002"))[0] == before["1002"]
    assert await newest(office) == ("restore", "", "done", "", {})
