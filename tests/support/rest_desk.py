"""A console without a browser: its session over REST and its live connection, used as the page does."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.support.ringdesk_up import RingdeskUp

TOLD_WITHIN_S = 10


class RestDesk:
    """One signed-in user: asks over REST, and holds what the live connection showed."""

    def __init__(self, client: httpx.AsyncClient, me: dict[str, Any]) -> None:
        self.me = me
        self.state: dict[str, dict[str, Any]] = {}
        self.close_code: int | None = None
        self._client = client
        self._changed = asyncio.Event()

    async def ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """A request with cookie, origin and CSRF token."""
        return await self._client.request(method, f"/api/v1{path}", json=body)

    async def follow(self, socket: Any) -> None:
        """Fold the live connection in until it ends, and keep its close code."""
        await socket.send(json.dumps({"type": "hello"}))
        try:
            async for text in socket:
                self._hear(json.loads(text))
        except ConnectionClosed:
            pass
        self.close_code = socket.close_code
        self._changed.set()

    def _hear(self, message: dict[str, Any]) -> None:
        if message["type"] == "snapshot":
            self.state = message["state"]
        elif message["type"] == "delta":
            for change in message["changes"]:
                if change["value"] is None:
                    self.state[change["kind"]].pop(change["id"], None)
                else:
                    self.state[change["kind"]][change["id"]] = change["value"]
        self._changed.set()

    async def until(self, true: Any, within_s: float = TOLD_WITHIN_S) -> None:
        """Wait until `true(self)` holds, looking at each message."""
        async with asyncio.timeout(within_s):
            while not true(self):
                self._changed.clear()
                await self._changed.wait()


@asynccontextmanager
async def rest_desk(ringdesk: RingdeskUp, login: str, password: str | None = None) -> AsyncIterator[RestDesk]:
    """Signed in with the generated password unless one is given, and following the floor."""
    async with httpx.AsyncClient(base_url=ringdesk.url, headers={"Origin": ringdesk.url}) as client:
        body = {"login": login, "password": password or ringdesk.password(login)}
        answer = (await client.post("/api/v1/session", json=body)).raise_for_status()
        desk = RestDesk(client, answer.json())
        client.headers["X-CSRF-Token"] = desk.me["csrf"]
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        async with connect(
            f"{ringdesk.url.replace('http', 'ws')}/api/v1/live",
            origin=ringdesk.url,  # type: ignore[arg-type]
            additional_headers={"Cookie": cookie},
            compression=None,
        ) as socket:
            following = asyncio.create_task(desk.follow(socket))
            try:
                await desk.until(lambda it: it.state)
                yield desk
            finally:
                following.cancel()
                await asyncio.gather(following, return_exceptions=True)
