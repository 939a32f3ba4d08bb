"""The door to telephony from another process: the same snapshot, deltas, commands and facts, by a socket."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar, get_args

import msgspec

from cti.bus.codec import Family, Named, decoding, encode
from cti.bus.contract import Bus, ConnectionLost, Topic
from cti.bus.remote import AskFailed, RemoteBus, RemoteSubscription
from cti.bus.server import bus_door
from cti.bus.topics import EVENTS, FLOOR, PHONE
from cti.control.commands import Command, CommandResult, Refused, Unanswered
from cti.domain.delta import FloorSnapshot
from cti.domain.events import Event
from cti.port import FloorPort

T = TypeVar("T")

COMMANDS: Family[Command] = Family(get_args(Command))


class _Outcome(msgspec.Struct, frozen=True):
    """What came of a command; without a result it was refused, or not answered."""

    result: CommandResult | None = None
    code: str = ""
    detail: str = ""
    unanswered: bool = False


_read_named = decoding(Named)
_read_outcome = decoding(_Outcome)
_read_snapshot = decoding(FloorSnapshot)


@asynccontextmanager
async def floor_door(path: Path, bus: Bus, port: FloorPort) -> AsyncIterator[None]:
    """Inside the block other processes of this user reach telephony by this socket."""

    async def answer(name: str, body: bytes) -> bytes:
        match name:
            case "snapshot":
                return encode(await port.snapshot())
            case "execute":
                return encode(await _outcome(port, COMMANDS.value(_read_named(body))))
            case "observe":
                port.observe(EVENTS.value(_read_named(body)))
                return b""
        raise LookupError(name)

    async with bus_door(path, bus, (FLOOR, PHONE), answer):
        yield


async def _outcome(port: FloorPort, command: Command) -> _Outcome:
    try:
        return _Outcome(await port.execute(command))
    except Refused as no:
        return _Outcome(code=no.code, detail=no.detail, unanswered=isinstance(no, Unanswered))


class RemoteFloorPort:
    """The port on the other side; `bus` has to run."""

    def __init__(self, bus: RemoteBus) -> None:
        self._bus = bus

    async def snapshot(self) -> FloorSnapshot:
        """Everything as it is now. Raises CutOff when telephony does not answer: ask again."""
        try:
            return _read_snapshot(await self._bus.ask("snapshot"))
        except (TimeoutError, AskFailed) as problem:
            raise ConnectionLost(f"no snapshot: {problem!r}") from None

    def subscribe(self, topic: Topic[T], *, capacity: int) -> RemoteSubscription[T]:
        """Messages of `topic` from now on, at most `capacity` waiting."""
        return self._bus.subscribe(topic, capacity=capacity)

    async def execute(self, command: Command) -> CommandResult:
        """Carry a command out. Raises Refused; Unanswered when telephony may have done it all the same."""
        try:
            outcome = _read_outcome(await self._bus.ask("execute", encode(COMMANDS.named(command))))
        except (ConnectionLost, TimeoutError, AskFailed):
            raise Unanswered("telephony_away", "The telephone system did not answer.") from None
        if outcome.result is not None:
            return outcome.result
        raise (Unanswered if outcome.unanswered else Refused)(outcome.code, outcome.detail)

    def observe(self, event: Event) -> None:
        """Tell a fact; while telephony is away it is lost, and who follows the floor sees that it is."""
        self._bus.tell("observe", encode(EVENTS.named(event)))
