"""A service told to end ends, whatever runs, and keeps what it knew: here all at once is in its way."""

import signal
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.typing import Origin

from ringdesk.supervision.process import ProcessIdentity
from tests.support.ringdesk_up import CLONE, RingdeskUp
from tests.support.sipp_caller import calling
from tests.support.strangers import strangers
from tests.support.waiting import until

pytestmark = pytest.mark.timeout(240)

ENDS_WITHIN_S = 10.0
CONSOLES = 100
HALF_A_REQUEST = b"GET /api/v1/health HTTP/1.1\r\nX: "
# As long as the file lies there, threads that look into the folders do not come back.
STALLING_DISK = """
import os, sys, threading, time

STALLED, FOLDERS = {stalled!r}, {folders!r}

def wait(event, arguments):
    if event not in ("open", "os.listdir") or threading.current_thread() is threading.main_thread():
        return
    for folder in FOLDERS:
        if str(arguments[0]).startswith(folder) and os.path.exists(STALLED):
            open(STALLED + folder.replace("/", "-"), "w").close()
            while os.path.exists(STALLED):
                time.sleep(0.05)

sys.addaudithook(wait)
"""


class Disk:
    """The disk of these folders; every process of Ringdesk meets it so."""

    def __init__(self, root: Path, *folders: Path) -> None:
        self._stalled, self._folders = root / "stalled", folders
        code = STALLING_DISK.format(stalled=str(self._stalled), folders=[str(folder) for folder in folders])
        (root / "sitecustomize.py").write_text(code)
        self.python_path = f"{CLONE}:{root}"

    async def stall(self) -> None:
        """Returns when a thread hangs in each of the folders."""
        self._stalled.touch()

        async def hang() -> bool:
            waiting = self._stalled.parent.glob(f"{self._stalled.name}-*")
            return len(list(waiting)) == len(self._folders)

        await until(hang)

    def go_on(self) -> None:
        """Everybody comes back."""
        self._stalled.unlink()


@asynccontextmanager
async def consoles(ringdesk: RingdeskUp, count: int) -> AsyncIterator[None]:
    """So many live connections of one user, who says hello and then nothing."""
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(
            httpx.AsyncClient(base_url=ringdesk.url, headers={"Origin": ringdesk.url})
        )
        body = {"login": "lina", "password": ringdesk.password("lina")}
        (await client.post("/api/v1/session", json=body)).raise_for_status()
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        for _ in range(count):
            live = connect(
                f"{ringdesk.url.replace('http', 'ws')}/api/v1/live",
                origin=Origin(ringdesk.url),
                additional_headers={"Cookie": cookie},
                close_timeout=0.1,
            )
            socket = await stack.enter_async_context(live)
            await socket.send('{"type": "hello"}')
            await socket.recv()
        yield


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Somebody else writes, for as long as the block runs."""
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.close()


async def call_in_the_menu(ringdesk: RingdeskUp) -> str:
    """The id of the call that is in the menu."""

    async def there() -> str | None:
        channels = (await ringdesk.snapshot()).channels
        return next((c.call_id for c in channels if c.application == "AGI" and c.call_id), None)

    return await until(there)


def stored(database: Path, call_id: str) -> bool:
    connection = sqlite3.connect(database)
    try:
        return bool(connection.execute("SELECT 1 FROM calls WHERE id = ?", (call_id,)).fetchone())
    finally:
        connection.close()


async def test_it_ends_in_time_and_writes_down_what_it_knew(tmp_path: Path) -> None:
    home = tmp_path / "var"
    disk = Disk(tmp_path, home / "recordings", home / "asterisk" / "log")
    ringdesk = RingdeskUp(home)
    ringdesk.environment["PYTHONPATH"] = disk.python_path
    ringdesk.environment["RINGDESK_CONSOLE__GATEWAY__CONNECTIONS_PER_USER"] = str(CONSOLES)
    await ringdesk.start()
    try:
        async with consoles(ringdesk, CONSOLES), strangers(50, ringdesk.port, HALF_A_REQUEST):
            await disk.stall()
            with locked(home / "ringdesk.db"):
                async with calling(ringdesk.sip_port, tmp_path):
                    call_id = await call_in_the_menu(ringdesk)
                    began = time.monotonic()
                    service = ringdesk.kill("service", signal.SIGTERM)
                    assert service is not None
                    assert await ended_after(service, began) < ENDS_WITHIN_S
                assert any(call_id in file.read_text() for file in (home / "spool").glob("*.jsonl"))
            disk.go_on()
        await ringdesk.until_healthy()

        async def written() -> bool:
            return stored(home / "ringdesk.db", call_id)

        await until(written)
    finally:
        await ringdesk.stop()


async def ended_after(process: ProcessIdentity, began: float) -> float:
    async def gone() -> bool:
        return not process.alive

    await until(gone, within_s=3 * ENDS_WITHIN_S)
    return time.monotonic() - began
