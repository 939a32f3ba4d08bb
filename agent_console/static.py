"""Serves the built console: hashed files for ever, the page itself never from a cache."""

import os
from pathlib import Path

from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocketClose

from agent_console.problems import problem_response

FOR_EVER = "public, max-age=31536000, immutable"
ASK_EVERY_TIME = "no-cache"
HASHED_FOLDER = "assets/"

NOT_BUILT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Ringdesk</title></head>
<body>
<h1>The console is not built yet</h1>
<p>The service runs, but the files of the browser console are missing in <code>{folder}</code>.
Run <code>scripts/up</code>: it builds them and starts everything.</p>
<h1 lang="zh">控制台尚未构建</h1>
<p lang="zh">服务正在运行，但缺少浏览器控制台的文件。请运行 <code>scripts/up</code>。</p>
</body></html>
"""


class Console:
    """ASGI application for everything outside of /api; looks for the files at every request.

    Addresses inside the console, such as /history, are answered with the page, which knows its own routes.
    """

    def __init__(self, dist: Path) -> None:
        self._dist = dist
        self._files = StaticFiles(directory=dist, check_dir=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "websocket":
            await WebSocketClose()(scope, receive, send)
            return
        await self._response(scope)(scope, receive, send)

    def _response(self, scope: Scope) -> Response:
        if scope["method"] not in ("GET", "HEAD"):
            return problem_response(405, "method_not_allowed", "This address can only be read.")
        path = scope["path"].lstrip("/")
        file = self._file(path, scope)
        if file is not None:
            file.headers["Cache-Control"] = FOR_EVER if path.startswith(HASHED_FOLDER) else ASK_EVERY_TIME
            return file
        if path == "api" or path.startswith("api/") or _names_a_file(path):
            return problem_response(404, "not_found", "There is nothing at this address.")
        return self._page(scope)

    def _file(self, path: str, scope: Scope) -> Response | None:
        """The file of the built console; a path that leads out of its folder finds none."""
        try:
            found, stat = self._files.lookup_path(os.path.normpath(path))
        except (OSError, ValueError):
            return None
        if stat is None or not os.path.isfile(found):
            return None
        return self._files.file_response(found, stat, scope)

    def _page(self, scope: Scope) -> Response:
        page = self._file("index.html", scope)
        if page is None:
            text = NOT_BUILT.format(folder=self._dist.name)
            return HTMLResponse(text, 503, headers={"Retry-After": "10", "Cache-Control": "no-store"})
        page.headers["Cache-Control"] = ASK_EVERY_TIME
        return page


def _names_a_file(path: str) -> bool:
    """A file that is missing must not come back as a page: the browser would try to run it.

    The identity of a call, as in /history/ringdesk-1763604000.42, has a dot as well.
    """
    folder, _, name = path.rpartition("/")
    return "." in name and folder != "history"
