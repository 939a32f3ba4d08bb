"""The addresses that the API had before it had a version answer as those of today, and say so."""

from pathlib import Path

import pytest

from agent_console.api import openapi
from agent_console.api.routers import api_routes
from storage.database import Database
from tests.unit.agent_console.tabs import live_world
from tests.unit.agent_console.world import World

SUCCESSOR = '<{}>; rel="successor-version"'


@pytest.mark.parametrize(
    "path",
    [
        "/session",
        "/calls",
        "/calls/none",
        "/queues/service/abandoned?day=2026-03-01",
        "/health",
        "/openapi.json",
    ],
)
async def test_an_old_address_answers_as_the_one_of_today(world: World, path: str) -> None:
    browser = await world.browser("zhaomin")
    today, old = await browser.get(f"/api/v1{path}"), await browser.get(f"/api{path}")
    assert today.status_code in (200, 404)
    assert (old.status_code, old.content) == (today.status_code, today.content)
    assert old.headers["Deprecation"] == "@1795824000"
    assert old.headers["Link"] == SUCCESSOR.format(f"/api/v1{path.partition('?')[0]}")
    assert old.headers["Cache-Control"] == "no-store"
    assert "Deprecation" not in today.headers
    assert "Link" not in today.headers


async def test_what_changes_something_can_be_asked_for_at_an_old_address(world: World) -> None:
    browser = await world.browser("lina")
    answer = await browser.post("/api/agent/pause", json={"reason": "lunch"})
    assert (answer.status_code, len(world.control.commands)) == (204, 1)
    del browser.headers["X-CSRF-Token"]
    refused = await browser.post("/api/agent/pause", json={"reason": "lunch"})
    assert (refused.json()["code"], len(world.control.commands)) == ("bad_csrf", 1)


async def test_an_old_address_that_nobody_had_is_not_found(world: World) -> None:
    browser = await world.browser("lina")
    for path in ("/api/none", "/api/v2/calls", "/api/v1", "/api/"):
        assert (await browser.get(path)).status_code == 404


async def test_no_line_can_be_smuggled_into_the_header(world: World) -> None:
    answer = await (await world.browser("lina")).get("/api/calls/x%0d%0aSet-Cookie:%20a=b")
    assert answer.headers["Link"] == SUCCESSOR.format("/api/v1/calls/x%0D%0ASet-Cookie%3A%20a%3Db")


async def test_a_console_of_before_keeps_its_live_connection(db: Database, tmp_path: Path) -> None:
    async with live_world(db, tmp_path) as live:
        tab = await live.tab("lina", path="/api/live")
        assert (await tab.hello())["type"] == "snapshot"


def test_the_document_names_the_addresses_of_today_only() -> None:
    paths = openapi.document(api_routes().routes)["paths"]
    assert paths
    assert all(path.startswith("/api/v1/") for path in paths)
