"""Whatever is searched for or stands still in the database, a call is answered and recorded at once."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from agent_console.api.common.access import COOKIE, CSRF_HEADER
from agent_console.auth import sessions
from agent_console.auth.sessions import PATIENCE_S
from office.staff import deactivate
from storage.database import Database
from storage.pools import Work
from storage.repositories.calls import Calls
from storage.repositories.history import History
from storage.repositories.sign_ins import SignIns
from storage.repositories.users import Users
from tests.support.operators import OPERATOR
from tests.support.recorded_floor import RecordedFloor
from tests.support.slow_queries import reads_for_ever, until_reading
from tests.support.waiting import until
from tests.unit.agent_console.tabs import LiveWorld, live_world
from tests.unit.agent_console.world import World, build, populate, running

SEARCHES = 10
SEARCH_S = 30.0
TEST_PATIENCE_S = 20.0
# Without a search it takes milliseconds; the machine may be busy with other tests.
AT_ONCE_S = 1.0
LOGINS = ("lina", "wangwei", "zhaomin", "admin")
ANSWER = "/api/v1/calls/rd-1/answer"


@pytest.fixture
async def office(db: Database) -> Database:
    """The same people on either database; searches may take half a minute."""
    async with db.session() as session:
        empty = not await Users(session).all()
    if empty:
        await populate(db)
    return Database(db.url, limits_s={Work.LISTS: SEARCH_S, Work.ORDINARY: SEARCH_S})


@pytest.fixture
async def live(office: Database, tmp_path: Path) -> AsyncIterator[LiveWorld]:
    async with live_world(office, tmp_path) as it:
        yield it
    await office.close()


@pytest.fixture
async def world(office: Database, tmp_path: Path) -> AsyncIterator[World]:
    async with running(build(office, tmp_path)) as it:
        yield it
    await office.close()


@asynccontextmanager
async def browsers(live: LiveWorld, logins: Sequence[str]) -> AsyncIterator[list[httpx.AsyncClient]]:
    """Browsers on the real server, in which these are signed in."""
    async with AsyncExitStack() as stack:
        opened = []
        for login in logins:
            token, who = await live.world.open_session(login)
            browser = httpx.AsyncClient(
                base_url=live.origin,
                cookies={COOKIE: token},
                headers={CSRF_HEADER: who.csrf, "Origin": live.origin},
                timeout=TEST_PATIENCE_S,
            )
            opened.append(await stack.enter_async_context(browser))
        yield opened


@pytest.mark.parametrize(
    ("slow", "address"),
    [((History, "page"), "/api/v1/calls?q=nobody"), ((Calls, "detail"), "/api/v1/calls/rd-7")],
    ids=["searches", "requests"],
)
async def test_ten_slow_questions_delay_neither_answer_nor_the_records_nor_who_signs_in(
    live: LiveWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slow: tuple[type, str], address: str
) -> None:
    async def for_ever(repository: Any, *_: Any, **__: Any) -> None:
        await reads_for_ever(repository._session)

    async with browsers(live, LOGINS) as (lina, *others):
        monkeypatch.setattr(*slow, for_ever)
        asked = [asyncio.create_task(others[n % 3].get(address)) for n in range(SEARCHES)]
        async with until_reading(live.world.db):
            for _ in range(5):
                async with asyncio.timeout(AT_ONCE_S):
                    assert (await lina.post(ANSWER)).status_code == 204
            async with asyncio.timeout(AT_ONCE_S):
                assert (await lina.get("/api/v1/session")).status_code == 200
            floor = RecordedFloor(live.world.db.recorder, tmp_path / "spool")
            async with asyncio.timeout(TEST_PATIENCE_S), floor.recording():
                floor.play_call("rd-1")
                await until(lambda: recorded(live.world.db, "rd-1"))
            assert not any(task.done() for task in asked)
            for task in asked:
                task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)


async def recorded(db: Database, call_id: str) -> bool:
    async with db.recorder.session() as session:
        return await Calls(session).by_id(call_id) is not None


@dataclass
class Late:
    """A database that does not say of a session what it is, until `answers` is set; it is to begin with."""

    answers: asyncio.Event = field(default_factory=asyncio.Event)
    asked: asyncio.Event = field(default_factory=asyncio.Event)


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> Late:
    late, find = Late(), SignIns.find

    async def find_late(sign_ins: SignIns, *arguments: Any) -> Any:
        late.asked.set()
        await late.answers.wait()
        return await find(sign_ins, *arguments)

    late.answers.set()
    monkeypatch.setattr(SignIns, "find", find_late)
    return late


async def test_a_command_does_not_wait_for_a_database_that_is_late(world: World, late: Late) -> None:
    lina, stranger = await world.browser("lina"), await world.browser("wangwei")
    assert (await lina.get("/api/v1/session")).status_code == 200
    late.answers.clear()
    began = time.monotonic()
    async with asyncio.timeout(TEST_PATIENCE_S):
        for _ in range(20):
            assert (await lina.post(ANSWER)).status_code == 204
        # Only the first one is patient with the database.
        assert time.monotonic() - began < 20 * PATIENCE_S
        # Of whom nothing is known, nothing can be believed.
        asked = asyncio.create_task(stranger.post(ANSWER))
        done, _ = await asyncio.wait([asked], timeout=0.2)
        assert not done
        late.answers.set()
        assert (await asked).status_code == 204


async def test_who_was_deactivated_commands_nothing_any_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "PATIENCE_S", TEST_PATIENCE_S)
    lina = await world.browser("lina")
    assert (await lina.post(ANSWER)).status_code == 204
    await deactivate(world.db, "lina", now=world.clock(), by=OPERATOR)
    assert (await lina.post(ANSWER)).status_code == 401


async def test_a_database_that_is_late_is_believed_from_when_on_it_says_who_was_deactivated(
    world: World, late: Late
) -> None:
    lina = await world.browser("lina")
    assert (await lina.get("/api/v1/session")).status_code == 200
    late.answers.clear()
    await deactivate(world.db, "lina", now=world.clock(), by=OPERATOR)
    assert (await lina.post(ANSWER)).status_code == 204
    late.answers.set()

    async def refused() -> bool:
        return (await lina.post(ANSWER)).status_code == 401

    async with asyncio.timeout(TEST_PATIENCE_S):
        assert await until(refused)


async def test_who_signed_out_while_the_database_was_asked_is_not_remembered(
    world: World, late: Late
) -> None:
    lina = await world.browser("lina")
    known, token = world.services.sessions, lina.cookies[COOKIE]
    who = await known.find(token)
    assert who is not None
    late.answers.clear()
    late.asked.clear()
    async with asyncio.timeout(TEST_PATIENCE_S):
        looking = asyncio.create_task(known.find_at_once(token))
        await late.asked.wait()
        known.forget(who.token_hash)
        assert await looking is None
        late.answers.set()
        await asyncio.wait([task for task, _ in known._looking.values()])
    assert known._lately.get(who.token_hash, world.clock()) is None
