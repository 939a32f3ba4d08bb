"""Serves the built console: hashed files for ever, the page itself never from a cache, both compressed."""

import mimetypes
import os
from collections.abc import Mapping
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocketClose

from agent_console.http.problems import problem_response

FOR_EVER = "public, max-age=31536000, immutable"
ASK_EVERY_TIME = "no-cache"
HASHED_FOLDER = "assets/"
# The copies that the build leaves beside a file, the smaller one first.
COPIES: Mapping[str, str] = {"br": ".br", "gzip": ".gz"}

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
        """The file of the built console, or the copy of it that the browser takes; None if there is none."""
        if path.endswith(tuple(COPIES.values())) or (plain := self._found(path)) is None:
            return None
        headers = Headers(scope=scope)
        copies = {name: self._found(path + ending) for name, ending in COPIES.items()}
        response = self._files.file_response(*plain, scope)
        if any(copies.values()):
            # A part of a file is one of the plain file, whoever asks.
            taken = [] if "range" in headers else _taken(headers.get("accept-encoding", ""))
            name = next((name for name in taken if copies[name] is not None), None)
            if name is not None and (copy := copies[name]) is not None:
                response = self._files.file_response(*copy, scope)
                response.headers["Content-Encoding"] = name
                response.headers["Content-Type"] = _kind_of(path)
            response.headers["Vary"] = "Accept-Encoding"
        return response

    def _found(self, path: str) -> tuple[str, os.stat_result] | None:
        """A path that leads out of the console's folder finds nothing."""
        try:
            found, stat = self._files.lookup_path(os.path.normpath(path))
        except (OSError, ValueError):
            return None
        return None if stat is None or not os.path.isfile(found) else (found, stat)

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


def _kind_of(path: str) -> str:
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def _taken(accepted: str) -> list[str]:
    """Which of our copies a browser takes that sends this Accept-Encoding (RFC 9110, 12.5.3)."""
    weights: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, _, parameter = part.strip().partition(";")
        weights[name.strip()] = _weight(parameter)
    return [name for name in COPIES if weights.get(name, weights.get("*", 0.0)) > 0.0]


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0
