"""The outermost layer: refuses foreign names, foreign pages and oversized bodies; sets security headers."""

from collections.abc import Callable, Mapping

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent_console.http.api_version import API
from agent_console.http.origins import Origins
from agent_console.http.problems import problem_response

log = structlog.get_logger(__name__)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# Monitoring asks by whatever address it likes, and without a session it learns one word.
OPEN_TO_ANY_HOST = f"{API}/health"

FIXED_HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
}
DOCUMENT_HEADERS: Mapping[str, str] = {
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), speaker-selection=(self), camera=(), geolocation=()",
}

# What no browser makes a page of, because it may not guess at another type (nosniff). Everything else gets
# the headers of a document: also an answer without a type (304), and an image that can hold scripts (SVG).
NEVER_A_DOCUMENT = frozenset({"text/css", "text/javascript", "application/json", "application/problem+json"})


PhoneAt = Callable[[str], str]
"""The origin of the phones' websocket for a page that was opened as this host."""


class Guard:
    """ASGI middleware around everything that speaks HTTP; websockets check their origin themselves.

    There is no Strict-Transport-Security: with a generated certificate it would take away the only way in.
    """

    def __init__(self, app: ASGIApp, *, origins: Origins, phone_at: PhoneAt, max_body_bytes: int) -> None:
        self._app = app
        self._origins = origins
        self._phone_at = phone_at
        self._max_body = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        protected = self._with_headers(scope, headers.get("host", ""), send)
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await problem_response(*refusal)(scope, receive, protected)
        else:
            await self._answer(scope, self._bounded(receive), protected)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the application answer; what nobody foresaw becomes a problem like any other."""
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception:
            log.exception("request_failed", path=scope["path"])
            if not started:
                answer = problem_response(500, "internal", "Something went wrong here; it has been logged.")
                await answer(scope, receive, send)

    def _refusal(self, scope: Scope, headers: Headers) -> tuple[int, str, str] | None:
        if scope["path"] != OPEN_TO_ANY_HOST and not self._origins.serves(headers.get("host")):
            return 421, "foreign_host", "This console is not served under that name."
        if scope["method"] not in SAFE_METHODS and not self._origins.allows(headers.get("origin")):
            return 403, "foreign_origin", "A request that changes something must come from this console."
        length = headers.get("content-length", "0")
        if length.isdecimal() and int(length) > self._max_body:
            return 413, "too_large", f"A request has at most {self._max_body} bytes."
        return None

    def _bounded(self, receive: Receive) -> Receive:
        """Counts what really comes, whatever the headers said."""
        taken = 0

        async def bounded() -> Message:
            nonlocal taken
            message = await receive()
            if message["type"] == "http.request":
                taken += len(message.get("body", b""))
                if taken > self._max_body:
                    raise HTTPException(413, f"A request has at most {self._max_body} bytes.")
            return message

        return bounded

    def _with_headers(self, scope: Scope, host: str, send: Send) -> Send:
        async def protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(FIXED_HEADERS)
                if headers.get("content-type", "").partition(";")[0] not in NEVER_A_DOCUMENT:
                    headers.update(DOCUMENT_HEADERS)
                    headers["Content-Security-Policy"] = self._policy(scope, host)
                # What belongs to a user must not stay behind in a shared browser.
                if scope["path"].startswith("/api"):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        return protected

    def _policy(self, scope: Scope, host: str) -> str:
        connect = "'self'"
        if self._origins.serves(host):
            own = "wss" if scope.get("scheme") == "https" else "ws"
            connect += f" {own}://{host} {self._phone_at(host)}"
        return (
            f"default-src 'self'; connect-src {connect}; img-src 'self' data:; media-src 'self' blob: data:; "
            "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        )
