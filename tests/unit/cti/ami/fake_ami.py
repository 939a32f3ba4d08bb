"""A scripted Asterisk manager interface on a free loopback port, for tests of everything that speaks AMI."""

import asyncio
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

Headers = dict[str, str]
Answer = Callable[[Headers], bytes | None]
"""What to write for an action; None answers nothing."""

GREETING = b"Asterisk Call Manager/11.0.0\r\n"


def message(**headers: str) -> bytes:
    """One message; `_` in a name stands for `-`, as in Cause_txt."""
    lines = [f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items()]
    return "".join(lines).encode() + b"\r\n"


FULLY_BOOTED = message(
    Event="FullyBooted", Privilege="system,all", Uptime="4", LastReload="4", Status="Fully Booted"
)


def answer(response: str = "Success", **headers: str) -> Answer:
    """A plain answer, the same for every action."""
    return lambda asked: message(Response=response, ActionID=asked["ActionID"], **headers)


def listing(closing: str, *items: Mapping[str, str]) -> Answer:
    """A list: the response, the items, and the event named `closing`."""

    def write(asked: Headers) -> bytes:
        mark = {"ActionID": asked["ActionID"]}
        begin = message(Response="Success", **mark, EventList="start", Message="A list will follow")
        events = [message(Event=item["Event"], **mark, **_without_event(item)) for item in items]
        end = message(Event=closing, **mark, EventList="Complete", ListItems=str(len(items)))
        return begin + b"".join(events) + end

    return write


def _without_event(item: Mapping[str, str]) -> Headers:
    return {name: value for name, value in item.items() if name != "Event"}


def recorded(raw: bytes) -> Answer:
    """An answer recorded from a real Asterisk, whose ActionID is exchanged for that of the action."""
    return lambda asked: re.sub(rb"(?m)^ActionID: [^\r]*", b"ActionID: " + asked["ActionID"].encode(), raw)


class FakeAmi:
    """`async with FakeAmi() as ami:` listens on `ami.port` until the block ends.

    `answers` maps an action's name to its answer; Login, Logoff and Ping are there already, and any other is
    refused as Asterisk refuses an unknown one. `asked` holds every action received, in order.
    """

    def __init__(self, *, secret: str = "s3cret", boots: bool = True, greeting: bytes = GREETING) -> None:
        self.port = 0
        self.secret = secret
        self.boots = boots
        self.greeting = greeting
        self.is_deaf = False
        self.turns_away = False
        self.answers: dict[str, Answer] = {
            "Login": self._log_in,
            "Logoff": answer("Goodbye", Message="Thanks for all the fish."),
            "Ping": answer(Ping="Pong", Timestamp="1795318247.625675"),
        }
        self.asked: list[Headers] = []
        self.connections = 0
        self._writers: list[asyncio.StreamWriter] = []
        self._conversations: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._stirred: dict[str, asyncio.Condition] = defaultdict(asyncio.Condition)

    async def __aenter__(self) -> Self:
        await self.listen()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def listen(self) -> None:
        """Starts to listen, on the same port as before when it was stopped."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stops listening and cuts every connection."""
        if self._server is not None:
            self._server.close()
            self.cut()
            await asyncio.gather(*self._conversations, return_exceptions=True)
            await self._server.wait_closed()

    def write(self, raw: bytes) -> None:
        """Writes bytes to every connection, whole messages or not."""
        for writer in self._writers:
            if not writer.is_closing():
                writer.write(raw)

    def event(self, name: str, **headers: str) -> None:
        """Writes one event to every connection."""
        self.write(message(Event=name, Privilege="call,all", **headers))

    def cut(self) -> None:
        """Closes every connection, in the middle of whatever was under way."""
        for writer in self._writers:
            writer.close()
        self._writers.clear()

    def count(self, action: str) -> int:
        """How many actions of that name were received."""
        return sum(asked["Action"] == action for asked in self.asked)

    async def until_asked(self, action: str, times: int = 1) -> None:
        """Waits until the action has been received so many times in all."""
        stirred = self._stirred["asked"]
        async with asyncio.timeout(30), stirred:
            await stirred.wait_for(lambda: self.count(action) >= times)

    async def until_connected(self, times: int = 1) -> None:
        """Waits until so many connections have been accepted in all."""
        stirred = self._stirred["connected"]
        async with asyncio.timeout(30), stirred:
            await stirred.wait_for(lambda: self.connections >= times)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        conversation = asyncio.create_task(self._converse(reader, writer))
        self._conversations.add(conversation)
        conversation.add_done_callback(self._conversations.discard)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.append(writer)
        await self._stir("connected")
        try:
            if self.turns_away:
                return
            writer.write(self.greeting)
            while True:
                raw = await reader.readuntil(b"\r\n\r\n")
                if not self.is_deaf:
                    await self._act(raw.decode(), writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _act(self, text: str, writer: asyncio.StreamWriter) -> None:
        lines = text.removesuffix("\r\n\r\n").split("\r\n")
        asked = dict(line.split(": ", 1) for line in lines)
        self.asked.append(asked)
        refuse = answer("Error", Message=f"Invalid/unknown command: {asked['Action']}.")
        written = self.answers.get(asked["Action"], refuse)(asked)
        if written is not None:
            writer.write(written)
        await self._stir("asked")

    async def _stir(self, what: str) -> None:
        async with self._stirred[what]:
            self._stirred[what].notify_all()

    def _log_in(self, asked: Headers) -> bytes:
        if asked["Secret"] != self.secret:
            return answer("Error", Message="Authentication failed")(asked) or b""
        accepted = answer(Message="Authentication accepted")(asked) or b""
        return accepted + (FULLY_BOOTED if self.boots else b"")
