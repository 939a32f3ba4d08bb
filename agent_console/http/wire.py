"""Uvicorn's HTTP with the bounds that it lacks: the length and time of a request, the time of an answer.

A stranger could otherwise send one endless header into memory, or hold a connection with half a request or
with an answer that nobody reads.
"""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from agent_console.http.guests import NOBODY, Guest
from agent_console.http.live_wire import LiveProtocol

# Far more than a head and the body that the guard lets through.
MOST_REQUEST_BYTES = 1 << 20
REQUEST_SECONDS = 10.0
# Within this time an answer must get on by what a buffer holds, 64 kB.
ANSWER_SECONDS = 30.0


class BoundedHttp(HttpToolsProtocol):
    """One connection; cut off when a request does not come whole, or an answer does not go out, in time."""

    guest: Guest = NOBODY
    _deadline: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None
    _request_bytes = 0

    # Uvicorn itself narrows the type of its base class here.
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The first request is waited for; after it uvicorn's own time-out for idle connections counts."""
        super().connection_made(transport)
        self.guest.send_away = transport.abort
        self._await_request()

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._request_bytes = 0
        self._await_request()

    def on_message_complete(self) -> None:
        """The request came whole."""
        self._end_wait()
        self.guest.serve()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """The next request may come or not."""
        super().on_response_complete()
        if not self.pipeline:
            self.guest.wait()

    def data_received(self, data: bytes) -> None:
        """Every byte of the client comes through here, until the connection is a websocket's."""
        super().data_received(data)
        self._request_bytes += len(data)
        if self._request_bytes > MOST_REQUEST_BYTES:
            self.transport.abort()

    def handle_websocket_upgrade(self) -> None:
        """From here on the live connection has bounds of its own; its guest is waited for until signed in."""
        self._end_wait()
        self.guest.wait()
        super().handle_websocket_upgrade()
        live = self.transport.get_protocol()
        if isinstance(live, LiveProtocol):
            live.guest = self.guest

    def pause_writing(self) -> None:
        """The client does not read its answer."""
        super().pause_writing()
        self.guest.wait()
        self._unread = self.loop.call_later(ANSWER_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """It reads on; of an answer that has been given nothing more is to come."""
        super().resume_writing()
        self._end_unread()
        if self.cycle is not None and not self.cycle.response_complete:
            self.guest.serve()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._end_wait()
        self._end_unread()
        self.guest.leave()
        super().connection_lost(exc)

    def _await_request(self) -> None:
        self._end_wait()
        self.guest.wait()
        self._deadline = self.loop.call_later(REQUEST_SECONDS, self.transport.abort)

    def _end_wait(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _end_unread(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None
