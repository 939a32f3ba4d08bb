"""The built console before the mock server of `agent_console/web/dev`, which plays scenes for it."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import BrowserContext, WebSocketRoute

from ringdesk.installation.home import Home
from ringdesk.setup.console import WEB, build_console, install_packages
from ringdesk.setup.node import find_node
from tests.support.ports import free_ports
from tests.support.waiting import until

_VITE = WEB / "node_modules" / "vite" / "bin" / "vite.js"
_COPIED = re.compile(r"^(?:Via|From|Call-ID|CSeq|Contact):.*$", re.MULTILINE)


@asynccontextmanager
async def playing_scenes(folder: Path) -> AsyncIterator[str]:
    """The address of a mock server with the console as it is built for users."""
    home = Home(folder)
    home.make()
    await build_console(home, print)
    node = await find_node(home, print)
    await install_packages(home, node, print)
    (port,) = free_ports(1)
    server = await asyncio.create_subprocess_exec(
        *map(str, (node.node, _VITE, "preview", "--mode", "mock", "--outDir", home.console)),
        *("--host", "localhost", "--port", str(port), "--strictPort"),
        cwd=WEB,
        env=node.environment,
    )
    try:
        await until(lambda: _is_open(port))
        yield f"http://localhost:{port}"
    finally:
        server.terminate()
        await server.wait()


async def _is_open(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("localhost", port)
    except OSError:
        return False
    writer.close()
    return True


async def register_phones(context: BrowserContext) -> None:
    """Every telephone of this profile is registered by whomever it asks: nobody calls in scenes."""
    await context.route_web_socket(re.compile("/ws$"), _registrar)


def _registrar(line: WebSocketRoute) -> None:
    def answer(message: str | bytes) -> None:
        asked = message if isinstance(message, str) else message.decode()
        if asked.startswith("REGISTER"):
            line.send(
                "\r\n".join(["SIP/2.0 200 OK", _to(asked), *_copied(asked), "Content-Length: 0", "", ""])
            )

    line.on_message(answer)


def _copied(asked: str) -> list[str]:
    return [it.strip() for it in _COPIED.findall(asked)]


def _to(asked: str) -> str:
    """JsSIP takes no answer whose `To` has no tag."""
    to = re.search(r"^To:.*$", asked, re.MULTILINE)
    assert to is not None
    return f"{to[0].strip()};tag=scene"
