"""Makes the backups by which later releases are tried: `python -m tests.support.release_backup FOLDER`.

One of SQLite and one of PostgreSQL, from a whole Ringdesk that has had a day: the demo, an answered call with
recording, note and result, one transferred, one whose caller gave up, one with after-call work left open, a
user who was added and one who left. The installation is thrown away, and so its secrets open nothing.
"""

import asyncio
import sys
import tempfile
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from playwright.async_api import Browser

from ringdesk import __version__
from tests.support.console_fixtures import at_the_console
from tests.support.console_page import ConsolePage, chromium
from tests.support.databases import empty_postgres_url
from tests.support.postgres import running_postgres
from tests.support.ringdesk_up import RingdeskUp, running_ringdesk
from tests.support.sipp_caller import SippCaller, calling
from tests.support.waiting import until

KNOWN, KNOWN_TOO, UNKNOWN = "+8613800138000", "+8613900139000", "+8613012345678"
NOTE = "要 200 件的报价 / wants a quote for 200 pieces"
# The short menu asks with one word, and its prompts are small.
SHORT_MENU_KEY_AFTER_MS = 1500


async def make(folder: Path, scratch: Path) -> None:
    """Both archives, named after the release."""
    await _one(scratch / "sqlite", folder / f"{__version__}-sqlite.tar.gz", None)
    with running_postgres() as server:
        async with empty_postgres_url(server) as url:
            await _one(scratch / "postgresql", folder / f"{__version__}-postgresql.tar.gz", url)


async def _one(home: Path, archive: Path, database_url: str | None) -> None:
    async with running_ringdesk(home, database_url=database_url, short_menu=True) as ringdesk:
        async with chromium() as browser:
            await _a_day(ringdesk, browser, home)
        for words, typed in (
            (("users", "add", "zhoujie", "--name", "周杰", "--queue", "service"), "Hangzhou-West-Lake-77\n"),
            (("users", "deactivate", "wangwei"), ""),
            (("backup", str(archive)), ""),
        ):
            status, said = await ringdesk.command(*words, typed=typed)
            assert status == 0, said
            print(said.strip())


async def _a_day(ringdesk: RingdeskUp, browser: Browser, scratch: Path) -> None:
    li_na = await at_the_console(ringdesk, browser, "lina")
    await li_na.go_ready()
    await _answered(ringdesk, li_na, KNOWN, scratch)
    await li_na.part("note").fill(NOTE)
    await li_na.finish("resolved")
    await _transferred(ringdesk, li_na, browser, scratch)
    await li_na.finish("follow_up")
    await _given_up(ringdesk, li_na, scratch)
    await li_na.go_ready()
    await _answered(ringdesk, li_na, UNKNOWN, scratch)
    await li_na.state("wrapping_up")
    await li_na.part("note").fill("half a note")
    await _until_recorded(li_na, recordings=4)
    await li_na.leave()


async def _answered(ringdesk: RingdeskUp, agent: ConsolePage, number: str, scratch: Path) -> None:
    async with _caller(ringdesk, number, scratch) as caller:
        await agent.answer()
        await agent.part("btn-hangup").click()
        assert await caller.hung_up() == 0


async def _transferred(ringdesk: RingdeskUp, first: ConsolePage, browser: Browser, scratch: Path) -> None:
    second = await at_the_console(ringdesk, browser, "wangwei")
    async with _caller(ringdesk, KNOWN_TOO, scratch) as caller:
        await first.answer()
        await second.go_ready()
        await first.part("btn-transfer").click()
        await first.part("target-agent-1002").click()
        await first.part("transfer-submit").click()
        await second.answer()
        await second.part("btn-hangup").click()
        assert await caller.hung_up() == 0
    await second.finish("resolved")
    await second.leave()


async def _given_up(ringdesk: RingdeskUp, agent: ConsolePage, scratch: Path) -> None:
    await agent.pause("break")
    async with _caller(ringdesk, KNOWN, scratch):
        await ringdesk.until_waiting(1)
    await ringdesk.hang_up_all()


async def _until_recorded(agent: ConsolePage, *, recordings: int) -> None:
    """The files are joined and stored a moment after each call."""

    async def stored() -> bool:
        rows = (await agent.api("GET", "/calls?limit=4"))["items"]
        calls = [await agent.api("GET", f"/calls/{row['id']}") for row in rows]
        states = [it["state"] for call in calls for it in call["recordings"]]
        return states.count("stored") >= recordings

    await until(stored, 60)


def _caller(ringdesk: RingdeskUp, number: str, scratch: Path) -> AbstractAsyncContextManager[SippCaller]:
    return calling(ringdesk.sip_port, scratch, number=number, key_after_ms=SHORT_MENU_KEY_AFTER_MS)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="ringdesk-release-") as place:
        asyncio.run(make(Path(sys.argv[1]).resolve(), Path(place)))
