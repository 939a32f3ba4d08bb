"""A bare AMI client for tests and recordings: keeps every byte, finds events, sends actions."""

import asyncio
import itertools
from collections.abc import Callable

Event = dict[str, str]


class AmiTap:
    """One AMI session. `raw` is all that Asterisk sent since the login."""

    def __init__(self) -> None:
        self.raw = bytearray()
        self.events: list[Event] = []
        self._changed = asyncio.Condition()
        self._numbers = itertools.count(1)
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None

    @classmethod
    async def connect(cls, port: int, user: str, secret: str) -> "AmiTap":
        """Logs in and listens."""
        tap = cls()
        reader, tap._writer = await asyncio.open_connection("127.0.0.1", port)
        tap.raw += await reader.readline()
        tap._reading = asyncio.create_task(tap._read(reader))
        reply = await tap.action("Login", Username=user, Secret=secret)
        if reply.get("Response") != "Success":
            raise ConnectionError(reply.get("Message", "login refused"))
        return tap

    async def action(self, name: str, **fields: str | list[str]) -> Event:
        """Sends an action and returns its response."""
        number = f"tap-{next(self._numbers)}"
        lines = [f"Action: {name}", f"ActionID: {number}"]
        for key, value in fields.items():
            values = value if isinstance(value, list) else [value]
            lines += [f"{key}: {text}" for text in values]
        assert self._writer is not None
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        return await self.wait(
            lambda event: event.get("ActionID") == number and "Response" in event, timeout_s=10.0
        )

    async def wait(
        self, wanted: Callable[[Event], bool] | str, *, since: int = 0, timeout_s: float = 30.0, **fields: str
    ) -> Event:
        """The first event from index `since` on that fits; waits for it when it has not come yet."""

        def fits(event: Event) -> bool:
            right = wanted(event) if callable(wanted) else event.get("Event") == wanted
            return right and all(event.get(key) == value for key, value in fields.items())

        def find() -> Event | None:
            return next((event for event in self.events[since:] if fits(event)), None)

        async with asyncio.timeout(timeout_s), self._changed:
            await self._changed.wait_for(lambda: find() is not None)
        found = find()
        assert found is not None
        return found

    def named(self, name: str, **fields: str) -> list[Event]:
        """All events of a name so far."""
        return [
            event
            for event in self.events
            if event.get("Event") == name and all(event.get(key) == value for key, value in fields.items())
        ]

    async def close(self) -> None:
        """Leaves without a Logoff, as a killed service does."""
        if self._reading is not None:
            self._reading.cancel()
        if self._writer is not None:
            self._writer.close()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        rest = b""
        while data := await reader.read(65536):
            self.raw += data
            *messages, rest = (rest + data).split(b"\r\n\r\n")
            async with self._changed:
                self.events += [_fields(message) for message in messages]
                self._changed.notify_all()


def _fields(message: bytes) -> Event:
    event: Event = {}
    for line in message.decode(errors="replace").split("\r\n"):
        key, colon, value = line.partition(": ")
        if colon:
            event[key] = f"{event[key]}\n{value}" if key in event else value
    return event
