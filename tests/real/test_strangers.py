"""Crowds of strangers at every door of a whole Ringdesk that may open few files: calls and consoles go on."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from ringdesk.installation.home import Home
from ringdesk.installation.installation import Installation
from ringdesk.installation.secrets import SecretStore
from ringdesk.settings.sources import load
from ringdesk.supervision.process import ProcessIdentity
from tests.support.ringdesk_up import RingdeskUp, running_ringdesk
from tests.support.sipp_caller import calling
from tests.support.strangers import strangers
from tests.support.waiting import until

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]

FILES = 1024
HALF_A_REQUEST = b"GET /api/v1/health HTTP/1.1\r\nX: "
HALF_AN_ENVIRONMENT = b"agi_network: yes\n"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ringdesk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RingdeskUp]:
    home = tmp_path_factory.mktemp("ringdesk") / "var"
    async with running_ringdesk(home, "--listen", "0.0.0.0", files=FILES) as ringdesk:
        yield ringdesk


@pytest.fixture(autouse=True)
def nobody_is_ended(ringdesk: RingdeskUp) -> Iterator[None]:
    """Whatever comes, the processes stay the same."""
    before = processes(ringdesk)
    yield
    assert processes(ringdesk) == before


def processes(ringdesk: RingdeskUp) -> list[ProcessIdentity | None]:
    return [ProcessIdentity.of(ringdesk.pid(child)) for child in ("service", "asterisk", "watchdog")]


async def assert_work_goes_on(ringdesk: RingdeskUp, folder: Path) -> None:
    """A caller walks through the menu, a browser gets the console, and `status` says so."""
    async with calling(ringdesk.sip_port, folder, key="1", key_after_ms=4000):
        await until_in_queue(ringdesk, "sales")
    await ringdesk.hang_up_all()
    assert await console_of(ringdesk) == b"200"
    status, printed = await ringdesk.command("status")
    assert status == 0, printed


# In this process, among a thousand strangers who keep it busy, it would be slower than any browser.
BROWSER = """
import ssl, sys, urllib.request
url, authority = sys.argv[1:]
answer = urllib.request.urlopen(url, timeout=20, context=ssl.create_default_context(cafile=authority))
print(answer.status, end="")
"""


async def console_of(ringdesk: RingdeskUp) -> bytes:
    """The status with which the console's page comes; what went wrong, if it does not."""
    browser = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-c", BROWSER,
        f"https://localhost:{ringdesk.port}/", str(ringdesk.home / "certificates" / "authority.crt"),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    printed, _ = await browser.communicate()
    return printed


async def until_in_queue(ringdesk: RingdeskUp, name: str) -> None:
    """The key was heard: a menu that fails sends its caller to another queue."""

    async def there() -> bool:
        return any(queue.name == name and queue.calls for queue in (await ringdesk.snapshot()).queues)

    await until(there, 30)


async def test_idle_connections_and_slow_requests_to_the_console(
    ringdesk: RingdeskUp, tmp_path: Path
) -> None:
    idle = strangers(1100, ringdesk.port, come_again=True)
    slow = strangers(700, ringdesk.local_port, HALF_A_REQUEST, come_again=True)
    async with idle as crowd, slow as others:
        await assert_work_goes_on(ringdesk, tmp_path)
        assert crowd.sent_away > 0
        assert others.sent_away > 0


async def test_half_open_calls_of_the_menu_and_sessions_of_asterisk_that_do_not_sign_in(
    ringdesk: RingdeskUp, tmp_path: Path
) -> None:
    half_open = strangers(1000, ringdesk.agi_port, HALF_AN_ENVIRONMENT, come_again=True)
    async with half_open as crowd, strangers(30, ringdesk.ami_port, come_again=True):
        times_up = links_up(ringdesk)
        await kick_our_sessions(ringdesk)

        async def back() -> bool:
            return all(now > before for now, before in zip(links_up(ringdesk), times_up, strict=True))

        await until(back, 10)
        await assert_work_goes_on(ringdesk, tmp_path)
        assert crowd.sent_away > 0


def links_up(ringdesk: RingdeskUp) -> list[int]:
    """How often service and watchdog have signed in."""
    logs = [(ringdesk.home / "log" / f"{name}.log").read_text() for name in ("service", "watchdog")]
    return [log.count("AMI link up") for log in logs]


async def kick_our_sessions(ringdesk: RingdeskUp) -> None:
    """Asterisk ends every session that has signed in."""
    home = Home(ringdesk.home)
    installation = Installation(home, load(home, environment=ringdesk.environment), SecretStore(home.secrets))
    asterisk = installation.asterisk(installation.plain_spec())
    for line in (await asterisk.command("manager show connected")).splitlines():
        words = line.split()
        if words and words[0] in ("ringdesk", "watchdog"):
            await asterisk.command(f"manager kick session {words[4]}")
