"""Role x endpoint: each address lets in whom this table says, and no address is missing from it."""

import re
from collections.abc import Collection, Mapping

import pytest

from tests.unit.agent_console.world import World

STRANGERS, EVERYBODY, PHONES, SUPERVISORS = "strangers", "everybody", "who has a phone", "supervisors"
ALLOWED = {
    "POST /api/v1/session": STRANGERS,
    "GET /api/v1/session": EVERYBODY,
    "DELETE /api/v1/session": EVERYBODY,
    "GET /api/v1/health": STRANGERS,
    "PUT /api/v1/me/preferences": EVERYBODY,
    "GET /api/v1/agent/calls": PHONES,
    "GET /api/v1/agent/day": PHONES,
    "POST /api/v1/agent/ready": PHONES,
    "POST /api/v1/agent/pause": PHONES,
    "POST /api/v1/agent/signout": PHONES,
    "POST /api/v1/agents/{ext}/signout": SUPERVISORS,
    "POST /api/v1/calls/{call_id}/answer": PHONES,
    "POST /api/v1/calls/{call_id}/hangup": PHONES,
    "POST /api/v1/calls/{call_id}/hold": PHONES,
    "POST /api/v1/calls/{call_id}/resume": PHONES,
    "POST /api/v1/calls/{call_id}/mute": PHONES,
    "POST /api/v1/calls/{call_id}/unmute": PHONES,
    "POST /api/v1/calls/{call_id}/transfer": PHONES,
    "POST /api/v1/calls/{call_id}/customer": PHONES,
    "POST /api/v1/dial": PHONES,
    "POST /api/v1/test-call": EVERYBODY,
    "GET /api/v1/calls": EVERYBODY,
    "GET /api/v1/calls/{call_id}": EVERYBODY,
    "GET /api/v1/calls/{call_id}/wrap-ups/{turn}": PHONES,
    "PUT /api/v1/calls/{call_id}/wrap-ups/{turn}": PHONES,
    "POST /api/v1/calls/{call_id}/wrap-ups/{turn}/done": PHONES,
    "GET /api/v1/recordings/{recording_id}": EVERYBODY,
    "GET /api/v1/recordings/{recording_id}/audio": EVERYBODY,
    "GET /api/v1/refused-calls": SUPERVISORS,
    "POST /api/v1/refused-calls/{row_id}/number": SUPERVISORS,
    "GET /api/v1/customers": EVERYBODY,
    "GET /api/v1/customers/{customer_id}": EVERYBODY,
    "GET /api/v1/queues/{name}/abandoned": EVERYBODY,
}
"""What of each call, recording and agent they then see: `test_scope.py`."""
LETS_IN: Mapping[str, Collection[str | None]] = {
    STRANGERS: {None, "lina", "zhaomin", "admin"},
    EVERYBODY: {"lina", "zhaomin", "admin"},
    PHONES: {"lina", "zhaomin"},
    SUPERVISORS: {"zhaomin", "admin"},
}


async def test_every_endpoint_is_in_the_table(world: World) -> None:
    paths = world.app.openapi()["paths"]
    assert {f"{method.upper()} {path}" for path, of in paths.items() for method in of} == ALLOWED.keys()


@pytest.mark.parametrize("login", [None, "lina", "zhaomin", "admin"])
async def test_each_endpoint_lets_in_whom_it_should(world: World, login: str | None) -> None:
    for endpoint, allowed in ALLOWED.items():
        method, path = endpoint.split(" ")
        browser = world.stranger() if login is None else await world.browser(login)
        answer = await browser.request(method, re.sub(r"{(\w+)}", _number, path), json={})
        turned_away = 401 if login is None else 403
        assert (answer.status_code != turned_away) is (login in LETS_IN[allowed]), (endpoint, answer.text)
        assert answer.status_code < 500, (endpoint, answer.text)


def _number(name: re.Match[str]) -> str:
    return "service" if name.group(1) == "name" else "1001"
