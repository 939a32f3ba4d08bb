"""One user's slow lists hold up nobody else, and end when their browser has gone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import Message, Scope

from agent_console.api.common.access import COOKIE
from agent_console.http.leaving import Leaving
from agent_console.services.long_reads import MOST_WAITING_PER_USER, PER_USER
from storage.database import Database
from storage.pools import Work
from storage.repositories.history import History
from tests.support.slow_queries import reads_for_ever, until_reading
from tests.unit.agent_console.tabs import LiveWorld, live_world

PATIENCE_S = 20


@pytest.fixture
async def live(db: Database, tmp_path: Path) -> AsyncIterator[LiveWorld]:
    # What ends must have been ended, not have run out of its time.
    patient = Database(db.url, limits_s={Work.LISTS: PATIENCE_S * 10})
    async with live_world(patient, tmp_path) as it:
        yield it
    await patient.close()


@pytest.fixture
def slow_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of calls is read for ever."""

    async def page(history: History, *_: Any, **__: Any) -> None:
        await reads_for_ever(history._session)

    monkeypatch.setattr(History, "page", page)


@asynccontextmanager
async def browser(live: LiveWorld, login: str) -> AsyncIterator[httpx.AsyncClient]:
    """A browser with connections of its own to the real server."""
    token, _ = await live.world.open_session(login)
    async with httpx.AsyncClient(
        base_url=live.origin, cookies={COOKIE: token}, timeout=PATIENCE_S, limits=httpx.Limits()
    ) as it:
        yield it


@pytest.mark.usefixtures("slow_lists")
async def test_slow_lists_hold_up_nothing_else_and_end_with_their_browser(live: LiveWorld) -> None:
    async with asyncio.timeout(PATIENCE_S), browser(live, "lina") as lina, browser(live, "zhaomin") as other:
        asked = [asyncio.create_task(lina.get("/api/v1/calls")) for _ in range(8)]
        async with until_reading(live.world.db):
            assert (await lina.get("/api/v1/session")).status_code == 200
            # Another user's lists have a place that one user cannot take.
            assert (await other.get("/api/v1/queues/service/abandoned")).status_code == 200
            # The browser has gone; the block's end waits until the database reads nothing any more.
            for question in asked:
                question.cancel()
        await asyncio.gather(*asked, return_exceptions=True)


@pytest.mark.usefixtures("slow_lists")
async def test_far_too_many_questions_are_refused(live: LiveWorld) -> None:
    most = PER_USER + MOST_WAITING_PER_USER
    async with asyncio.timeout(PATIENCE_S), browser(live, "lina") as lina:
        asked = [asyncio.create_task(lina.get("/api/v1/calls")) for _ in range(most + 1)]
        async with until_reading(live.world.db):
            done, _ = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
            refused = done.pop().result()
            assert (refused.status_code, refused.json()["code"]) == (503, "busy")
            assert refused.headers["retry-after"]
            for question in asked:
                question.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
        # Who left is counted no more.
        assert (await lina.get("/api/v1/queues/service/abandoned")).status_code == 200


class Client:
    """What the server says of one client: a request, and later that it has gone."""

    def __init__(self) -> None:
        self.gone = asyncio.Event()
        self.sent: list[Message] = []
        self._asked = False

    async def receive(self) -> Message:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.sent.append(message)


@pytest.mark.parametrize(("method", "finished"), [("GET", False), ("HEAD", False), ("POST", True)])
async def test_only_what_changes_nothing_is_given_up(method: str, finished: bool) -> None:
    client, begun, go_on, done = Client(), asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def app(_scope: Scope, _receive: Any, _send: Any) -> None:
        begun.set()
        await go_on.wait()
        done.set()

    scope: Scope = {"type": "http", "method": method}
    serving = asyncio.create_task(Leaving(app)(scope, client.receive, client.send))
    async with asyncio.timeout(PATIENCE_S):
        await begun.wait()
        client.gone.set()
        if finished:
            go_on.set()
        await serving
    assert done.is_set() is finished


async def test_what_follows_a_whole_answer_is_still_done() -> None:
    client, done = Client(), asyncio.Event()

    async def app(_scope: Scope, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"all of it"})
        client.gone.set()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        done.set()

    async with asyncio.timeout(PATIENCE_S):
        await Leaving(app)({"type": "http", "method": "GET"}, client.receive, client.send)
    assert done.is_set()


async def test_a_fault_of_the_application_comes_through() -> None:
    async def app(_scope: Scope, _receive: Any, _send: Any) -> None:
        raise ValueError("nobody foresaw this")

    with pytest.raises(ValueError, match="foresaw"):
        await Leaving(app)({"type": "http", "method": "GET"}, Client().receive, Client().send)
