"""Uvicorn's HTTP with the bounds that it lacks: the length and time of a request, the number of connections.

A stranger could otherwise send one endless header into memory, or hold every connection with half a request.
"""

import asyncio
import resource

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# Far more than a head and the body that the guard lets through.
MOST_REQUEST_BYTES = 1 << 20
REQUEST_SECONDS = 20.0


def most_connections() -> float:
    """Half of the files that this process may have open: the other half is for calls and their records."""
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return float("inf") if files == resource.RLIM_INFINITY else files / 2


class BoundedHttp(HttpToolsProtocol):
    """One connection; cut off when a request does not come whole in time."""

    _deadline: asyncio.TimerHandle | None = None
    _request_bytes = 0

    # Uvicorn itself narrows the type of its base class here.
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The first request is waited for; after it uvicorn's own time-out for idle connections counts."""
        super().connection_made(transport)
        if len(self.connections) > most_connections():
            transport.abort()
        else:
            self._await_request()

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._await_request()

    def on_message_complete(self) -> None:
        """The request came whole."""
        self._end_wait()
        super().on_message_complete()

    def data_received(self, data: bytes) -> None:
        """Every byte of the client comes through here, until the connection is a websocket's."""
        super().data_received(data)
        self._request_bytes += len(data)
        if self._request_bytes > MOST_REQUEST_BYTES:
            self.transport.abort()

    def handle_websocket_upgrade(self) -> None:
        """From here on the live connection has bounds of its own."""
        self._end_wait()
        super().handle_websocket_upgrade()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._end_wait()
        super().connection_lost(exc)

    def _await_request(self) -> None:
        self._end_wait()
        self._request_bytes = 0
        self._deadline = self.loop.call_later(REQUEST_SECONDS, self.transport.abort)

    def _end_wait(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
