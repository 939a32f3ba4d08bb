"""The service whole, in this process and without an Asterisk: in which order it opens and closes."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from ivr.hotlines import HotlineEntry
from ringdesk.health import ask_health
from ringdesk.home import Home
from ringdesk.installation import Installation
from ringdesk.open_files import raise_limit, shares
from ringdesk.service import Service
from storage.repositories.routing import Hotlines
from storage.tables import Hotline
from tests.support.ports import free_ports
from tests.support.waiting import until


@pytest.fixture
def installation(demo: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """With ports of its own and without flows, whose prompts would have to be spoken first."""
    flows = tmp_path / "flows"
    flows.mkdir()
    monkeypatch.setenv("RINGDESK_IVR__FLOWS_FOLDER", str(flows))
    for name, port in zip(("PORT", "ASTERISK__AGI_PORT", "ASTERISK__AMI_PORT"), free_ports(3), strict=True):
        monkeypatch.setenv(f"RINGDESK_{name}", str(port))
    return Installation.open()


@asynccontextmanager
async def serving(installation: Installation) -> AsyncIterator[asyncio.Task[None]]:
    database = installation.database()
    service = await Service.build(installation, database, shares(raise_limit()))
    task = asyncio.create_task(service.serve())
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await database.close()


def takes_callers(installation: Installation) -> bool:
    """Whether Asterisk could bring a caller to the menus at this moment."""
    with socket.socket() as asterisk:
        return asterisk.connect_ex(("127.0.0.1", installation.settings.asterisk.agi_port)) == 0


async def test_a_service_that_takes_callers_is_one_of_which_the_watchdog_hears(
    home: Home, installation: Installation
) -> None:
    """The watchdog would move its callers on."""
    async with serving(installation) as task:
        # At every turn of the event loop, for the watchdog may look at any moment.
        while not takes_callers(installation):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0)
        assert (await ask_health(home.service_door)).answered
        task.cancel()
        while takes_callers(installation):
            assert home.service_door.exists()
            await asyncio.sleep(0)


async def test_a_hotline_that_was_added_is_known_without_a_restart(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ringdesk.service.DIRECTORY_EVERY_S", 0.01)
    database = installation.database()
    service = await Service.build(installation, database, shares(raise_limit()))
    following = asyncio.create_task(service._follow_directory())
    async with database.transaction() as session:
        await Hotlines(session).put(
            Hotline(number="4009", name="New", flow="service", language="en", fallback_queue="sales")
        )

    async def known() -> bool:
        return service._hotlines.get("4009") == HotlineEntry("service", "en")

    await until(known)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    await database.close()
