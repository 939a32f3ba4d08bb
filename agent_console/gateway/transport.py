"""Uvicorn's websocket with a short cut: one prepared frame is handed to many connections as it is.

Through ASGI every connection of a fan-out wakes a task and encodes and frames the same text again, which
takes three times as long. A server that does not offer the short cut is used through ASGI alone.
"""

from typing import Any, Protocol

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

SHORT_CUT = "ringdesk.short_cut"


class ShortCut(Protocol):
    """A connection's wire, beside ASGI."""

    def is_free(self) -> bool:
        """Whether a frame can go out now without piling up."""

    def write(self, frame: bytes) -> None:
        """Send a whole websocket frame."""

    def abort(self) -> None:
        """Cut the connection and forget what is still unsent."""


def short_cut_of(scope: Any) -> ShortCut | None:
    """The short cut that the server offers for this connection."""
    short_cut: ShortCut | None = scope.get("extensions", {}).get(SHORT_CUT)
    return short_cut


class LiveProtocol(WebSocketsSansIOProtocol):
    """Offers each connection's wire to the application in the ASGI scope's extensions.

    Whole frames may be written between those of the protocol object, which keeps no state from one to the
    next as long as there is no compression.
    """

    def handle_connect(self, event: Request) -> None:
        """The application starts in a later turn of the loop and finds the extension there."""
        super().handle_connect(event)
        scope: Any = getattr(self, "scope", None)
        if scope is not None and not self.config.ws_per_message_deflate:
            scope["extensions"][SHORT_CUT] = self

    def is_free(self) -> bool:
        """Open, and what was written before has gone out but for what the buffer may hold."""
        ready = self.handshake_complete and not self.close_sent and not self.disconnected
        return ready and self.writable.is_set() and not self.transport.is_closing()

    def write(self, frame: bytes) -> None:
        """Send a whole frame."""
        self.transport.write(frame)

    def abort(self) -> None:
        """Cut the connection."""
        self.transport.abort()
