"""Whatever is sent to any address by anyone, the answer is one that the OpenAPI document promises."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from agent_console.api import openapi
from agent_console.api.common.access import COOKIE, CSRF_HEADER
from agent_console.api.routers import api_routes
from storage.database import Database
from tests.support.databases import sqlite_database
from tests.unit.agent_console.past import add_customer, add_recording, write_calls
from tests.unit.agent_console.world import PEOPLE, World, build, serving
from tests.unit.storage.builders import a_call, a_customer

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = 5
# Ends the session that the other requests need; the sign-in's own tests cover both.
schema = schemathesis.openapi.from_dict(openapi.document(api_routes().routes)).exclude(path="/api/v1/session")


@dataclass
class Served:
    """The application on a port, and for each login the headers of a session."""

    origin: str
    headers: dict[str, dict[str, str]]


class Thread(threading.Thread):
    """Serves until told to stop; requests come from the test's own thread."""

    def __init__(self, template: Path, folder: Path) -> None:
        super().__init__()
        self._template, self._folder = template, folder
        self._loop = asyncio.new_event_loop()
        self._told_to_stop = asyncio.Event()
        self.ready = threading.Event()
        self.served: Served

    def run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._told_to_stop.set)
        self.join()

    async def _serve(self) -> None:
        bound = socket.create_server(("127.0.0.1", 0))
        origin = f"http://127.0.0.1:{bound.getsockname()[1]}"
        async with sqlite_database(self._template, self._folder) as db:
            world = build(db, self._folder, origins=frozenset({origin}))
            await _fill(db)
            async with serving(world.app, bound):
                headers = {login: await _headers(world, login, origin) for login in PEOPLE}
                self.served = Served(origin, headers)
                self.ready.set()
                await self._told_to_stop.wait()


async def _fill(db: Database) -> None:
    await add_customer(db, a_customer("王小明", "+8613800138000"))
    await write_calls(db, a_call("rd-1"))
    await add_recording(db, "rd-1", "a.wav")


async def _headers(world: World, login: str, origin: str) -> dict[str, str]:
    token, who = await world.open_session(login)
    return {"Cookie": f"{COOKIE}={token}", CSRF_HEADER: who.csrf, "Origin": origin}


@pytest.fixture(scope="module")
def served(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    thread = Thread(sqlite_template, tmp_path_factory.mktemp("fuzzed"))
    thread.start()
    assert thread.ready.wait(20)
    yield thread.served
    thread.stop()


@schema.given(login=st.sampled_from([*PEOPLE, None]))
@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
def test_every_answer_is_a_promised_one(
    case: schemathesis.Case[Any], served: Served, login: str | None
) -> None:
    headers = served.headers[login] if login else {"Origin": served.origin}
    case.call_and_validate(base_url=served.origin, headers=headers, checks=CHECKS)
