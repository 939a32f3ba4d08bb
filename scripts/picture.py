"""Takes docs/images/console-call.png: the console in a real call, as the README shows it."""

import asyncio
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.support.console_page import ConsolePage, chromium  # noqa: E402 - needs the path above
from tests.support.ringdesk_up import running_ringdesk  # noqa: E402

TALK_MS = 12_000


async def main() -> None:
    """A test call, answered, with a note begun."""
    with tempfile.TemporaryDirectory() as home:
        async with running_ringdesk(Path(home)) as ringdesk, chromium() as browser:
            page = await ConsolePage.open(browser, ringdesk.url)
            await page.sign_in("lina", ringdesk.password("lina"))
            await page.go_ready()
            await page.place_test_call(keys="1")
            await page.answer()
            await page.part("note").fill("Wants a quote for 200 pieces, delivery before 10 December.")
            await page.page.wait_for_timeout(TALK_MS)
            await page.shoot(ROOT / "docs" / "images", "console-call")
            await page.leave()


if __name__ == "__main__":
    asyncio.run(main())
