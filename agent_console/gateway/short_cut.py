"""A way past ASGI for frames made once and sent to many, if the server in front offers one."""

from typing import Protocol


class ShortCut(Protocol):
    """A connection's wire, beside ASGI."""

    is_shutting_down: bool
    """Whether it was this server that ended the connection, because it stops."""

    def is_free(self) -> bool:
        """Whether a frame can go out now without piling up."""

    def write(self, frame: bytes) -> None:
        """Send a whole websocket frame."""

    def abort(self) -> None:
        """Cut the connection and forget what is still unsent."""
