"""Where the API lives, and for one release the addresses that it had before it had a version."""

from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

API = "/api/v1"
BEFORE = "/api"

# When the addresses without a version became old (RFC 9745): 2026-11-28.
_OLD_SINCE = "@1795824000"


class OldAddresses:
    """ASGI middleware: /api/… is answered as /api/v1/…, with headers that name the address of today.

    Consoles that were open before an upgrade, and programs written for 0.1, go on. Ends with 0.3.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or websocket."""
        if scope["type"] not in ("http", "websocket") or not _is_old(scope["path"]):
            await self._app(scope, receive, send)
            return
        today = API + scope["path"].removeprefix(BEFORE)
        written = quote(today)

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Deprecation"] = _OLD_SINCE
                headers["Link"] = f'<{written}>; rel="successor-version"'
            await send(message)

        await self._app({**scope, "path": today, "raw_path": written.encode()}, receive, marked)


def _is_old(path: str) -> bool:
    return path.startswith(f"{BEFORE}/") and not path.startswith(f"{API}/")
