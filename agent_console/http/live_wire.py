"""Uvicorn's websocket with a short cut: one prepared frame is handed to many connections as it is.

Through ASGI every connection of a fan-out wakes a task and encodes and frames the same text again, which
takes three times as long. A server that does not offer the short cut is used through ASGI alone.
"""

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from agent_console.http.guests import NOBODY, Guest

SHORT_CUT = "ringdesk.short_cut"

# The gateway counts what a console says. Pings and pieces of messages it does not see; together with them
# this is far beyond what an honest console sends.
MOST_BYTES = 1 << 20
MOST_FRAMES = 2000
WITHIN_SECONDS = 15.0
# At most so much is taken apart before its frames are counted: one read from the socket may hold forty
# thousand of the smallest, and everybody else would wait for them.
PIECE_BYTES = 4096


class LiveProtocol(WebSocketsSansIOProtocol):
    """Offers each connection's wire to the application in the ASGI scope's extensions.

    Whole frames may be written between those of the protocol object, which keeps no state from one to the
    next as long as there is no compression. A client that floods the connection is cut off.
    """

    is_shutting_down = False
    guest: Guest = NOBODY
    _heard_bytes = 0
    _heard_frames = 0
    _heard_since = 0.0

    def handle_connect(self, event: Request) -> None:
        """The application starts in a later turn of the loop and finds the extension there."""
        super().handle_connect(event)
        scope: Any = getattr(self, "scope", None)
        if scope is not None and not self.config.ws_per_message_deflate:
            scope["extensions"][SHORT_CUT] = self

    def data_received(self, data: bytes) -> None:
        """Every byte of the client comes through here, whatever it belongs to."""
        now = self.loop.time()
        if now - self._heard_since >= WITHIN_SECONDS:
            self._heard_since, self._heard_bytes, self._heard_frames = now, 0, 0
        self._heard_bytes += len(data)
        if self._heard_bytes > MOST_BYTES:
            self.transport.abort()
        for start in range(0, len(data), PIECE_BYTES):
            if self.transport.is_closing():
                break
            super().data_received(data[start : start + PIECE_BYTES])

    def handle_events(self) -> None:
        """Called for each piece with the frames that became whole in it."""
        self._heard_frames += len(self.conn.events)
        if self._heard_frames > MOST_FRAMES:
            self.transport.abort()
        else:
            super().handle_events()

    def handle_ping(self) -> None:
        """Answers to a client that does not read them would pile up without a bound."""
        if self.writable.is_set():
            super().handle_ping()
        else:
            self.transport.abort()

    def shutdown(self) -> None:
        """The server stops."""
        self.is_shutting_down = True
        super().shutdown()

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

    def settle(self) -> None:
        """Not waited for any more."""
        self.guest.serve()

    def connection_lost(self, exc: Exception | None) -> None:
        """Its place is free."""
        self.guest.leave()
        super().connection_lost(exc)


def wire_of(scope: Any) -> LiveProtocol | None:
    """The wire that this server offers for a connection, None when another server runs the application."""
    wire: LiveProtocol | None = scope.get("extensions", {}).get(SHORT_CUT)
    return wire
