"""`ringdesk up --listen`: consoles and phones of other machines, over HTTPS and WSS, and what they trust."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import async_playwright, expect

from ringdesk.installation import certificates
from storage.database import Database
from storage.records import CallRecord
from storage.repositories.journal import Journal
from storage.rows.calls import MAX_PAGE
from tests.support.console_page import CHROMIUM, CHROMIUM_FLAGS, ConsolePage, chromium
from tests.support.databases import sqlite_url
from tests.support.ringdesk_up import RingdeskUp, running_ringdesk
from tests.support.wire import Wire
from tests.unit.storage.builders import a_call

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ringdesk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RingdeskUp]:
    """Listening on every interface; the tests use loopback alone."""
    async with running_ringdesk(tmp_path_factory.mktemp("ringdesk"), "--listen", "0.0.0.0") as ringdesk:
        yield ringdesk


async def test_a_colleagues_browser_is_a_phone_over_wss(ringdesk: RingdeskUp) -> None:
    async with chromium() as browser:
        page = await ConsolePage.open(browser, f"https://127.0.0.1:{ringdesk.port}")
        await page.sign_in("lina", ringdesk.password("lina"))
        (cookie,) = await page.page.context.cookies()
        assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (True, True, "Strict")
        await page.go_ready()
        await page.place_test_call(keys="1")
        await page.answer()
        await expect(page.part("pop-name")).to_be_visible()
        # A caller whose agent is gone waits for the next one, who is that of another test.
        await ringdesk.hang_up_all()
        await page.leave()


OTHER_SITE = "bank.example"
MOMENT = timedelta(milliseconds=1)


def trusting(home: Path, authority: Path) -> dict[str, str | float | bool]:
    """The environment of a browser whose user has imported this authority."""
    store = home / ".pki" / "nssdb"
    store.mkdir(parents=True)
    database = ("certutil", "-d", f"sql:{store}")
    subprocess.run([*database, "-N", "--empty-password"], check=True)
    subprocess.run([*database, "-A", "-n", "ringdesk", "-t", "C,,", "-i", str(authority)], check=True)
    return {"HOME": str(home), "PATH": "/usr/bin:/bin"}


def forged(folder: Path, authority: Path) -> ssl.SSLContext:
    """Another site's certificate, signed with the stolen key of the authority."""
    pair = certificates._read_pair(authority, "authority")
    assert pair is not None
    folder.mkdir()
    certificates._write_pair(
        folder, "server", certificates._issue_leaf(pair, [OTHER_SITE], datetime.now(UTC))
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.crt", folder / "server.key")
    return context


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """The other site: one page."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nfake")
    await writer.drain()
    writer.close()


async def opens(url: str, environment: dict[str, str | float | bool]) -> str:
    """What Chromium says of a page, "" when it shows it without a warning."""
    flags = [*CHROMIUM_FLAGS, f"--host-resolver-rules=MAP {OTHER_SITE} 127.0.0.1"]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=flags, env=environment)
        try:
            await (await browser.new_page()).goto(url)
        except PlaywrightError as error:
            return error.message
        finally:
            await browser.close()
    return ""


async def test_chromium_that_trusts_the_authority_opens_the_console_and_no_forged_site(
    ringdesk: RingdeskUp, tmp_path: Path
) -> None:
    authority = ringdesk.home / "certificates"
    trust = trusting(tmp_path / "trust", authority / "authority.crt")
    assert await opens(f"https://127.0.0.1:{ringdesk.port}", trust) == ""
    forgery = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=forged(tmp_path / "forged", authority))
    async with forgery:
        port = forgery.sockets[0].getsockname()[1]
        assert "ERR_CERT" in await opens(f"https://{OTHER_SITE}:{port}", trust)


async def test_it_is_the_authoritys_limits_that_keep_chromium_from_the_forged_site(tmp_path: Path) -> None:
    authority = tmp_path / "wide"
    certificates.ensure_certificate(authority, ["127.0.0.1", OTHER_SITE], datetime.now(UTC))
    trust = trusting(tmp_path / "trust", authority / "authority.crt")
    forgery = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=forged(tmp_path / "forged", authority))
    async with forgery:
        port = forgery.sockets[0].getsockname()[1]
        assert await opens(f"https://{OTHER_SITE}:{port}", trust) == ""


async def busy_day_of(ext: str, home: Path) -> None:
    """As many calls today as the history lists at once, with the demo's customers."""
    now = datetime.now(UTC)
    database = Database(sqlite_url(home / "ringdesk.db"))
    calls = [_call_of(ext, f"busy-{n}", now - n * MOMENT) for n in range(MAX_PAGE)]
    async with database.transaction() as session:
        await Journal(session).write_calls(calls)
    await database.close()


def _call_of(ext: str, call_id: str, at: datetime) -> CallRecord:
    call = a_call(call_id)
    leg = replace(call.legs[0], agent=ext, started_at=at, ended_at=at)
    return replace(call, agent=ext, started_at=at, legs=(leg,))


async def test_little_travels_until_an_agent_can_take_calls(ringdesk: RingdeskUp) -> None:
    """Late on a busy day as well: the server counts the day's figures, no list of its calls is fetched."""
    await busy_day_of("1002", ringdesk.home)
    async with chromium() as browser:
        context = await browser.new_context(permissions=["microphone"], ignore_https_errors=True)
        tab = ConsolePage(await context.new_page(), f"https://127.0.0.1:{ringdesk.port}")
        wire = await Wire.of(tab.page)
        await tab.page.goto(f"https://127.0.0.1:{ringdesk.port}")
        await tab.sign_in("wangwei", ringdesk.password("wangwei"))
        await tab.go_ready()
        await expect(tab.page.get_by_role("definition").first).to_have_text(str(MAX_PAGE))
        # Less than the page and its telephone, compressed, cannot be: then something was not counted.
        assert 100_000 < wire.bytes < 200_000, wire
        assert wire.frames > 0
        print("WIRE", wire.bytes, wire)
        await tab.leave()
