"""The built console in a real Chromium, signed in, on a real service whose Asterisk is played."""

import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, Page

from bench.pop_service import Seat, prepare, serving
from bench.screen_pop import COOKIE, obliging_ami
from tests.support.console_page import CHROMIUM_FLAGS, chromium
from tests.support.ports import free_ports
from tests.unit.cti.ami.fake_ami import FakeAmi

DIST = Path(__file__).parents[1] / "agent_console" / "web" / "dist"


@dataclass(frozen=True, slots=True)
class Office:
    """One service; `phone_port` is where its consoles look for Asterisk's phones."""

    port: int
    phone_port: int
    ami: FakeAmi
    seats: Sequence[Seat]

    def seat_of(self, extension: str | None) -> Seat:
        """The agent of an extension, or with None a supervisor without a phone."""
        return next(seat for seat in self.seats if seat.extension == extension)


@asynccontextmanager
async def office(home: Path, seats: Sequence[Seat]) -> AsyncIterator[Office]:
    """`ringdesk serve` in this home folder, with Asterisk played."""
    if not (DIST / "index.html").exists():
        raise SystemExit("The console is not built: run `npm run build` in agent_console/web first.")
    async with AsyncExitStack() as stack:
        ami = await stack.enter_async_context(obliging_ami())
        port, phone_port = free_ports(2)
        service = serving(home, port, ami.port, RINGDESK_ASTERISK__HTTP_PORT=str(phone_port))
        await stack.enter_async_context(service)
        await ami.until_asked("DeviceStateList")
        yield Office(port, phone_port, ami, seats)


@asynccontextmanager
async def demo_office(agents: int = 3) -> AsyncIterator[Office]:
    """A service with the demo's people and past, thrown away afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        seats = await prepare(Path(folder), agents, supervisors=1)
        async with office(Path(folder), seats) as it:
            yield it


@asynccontextmanager
async def open_tab(
    at: Office, seat: Seat, path: str, *, script: str = "", flags: Sequence[str] = ()
) -> AsyncIterator[Page]:
    """The console of this user at 1366x768 in a fresh profile; `script` runs before the page's own."""
    async with chromium([*CHROMIUM_FLAGS, *flags]) as browser:
        page = await _page(browser, at, seat)
        if script:
            await page.add_init_script(script)
        await page.goto(f"http://localhost:{at.port}{path}")
        yield page


async def _page(browser: Browser, at: Office, seat: Seat) -> Page:
    context = await browser.new_context(
        viewport={"width": 1366, "height": 768}, locale="zh-CN", permissions=["microphone", "notifications"]
    )
    url = f"http://localhost:{at.port}"
    await context.add_cookies([{"name": COOKIE, "value": seat.token, "url": url}])
    return await context.new_page()
