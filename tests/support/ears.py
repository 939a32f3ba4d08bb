"""The service's ears, for tests on a real Asterisk: link, floor and reconciler, with memory as storage."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pydantic import SecretStr

from cti.ami.framing import Fields
from cti.ami.link import AmiLink
from cti.ami.normaliser import WANTED, normalise
from cti.bus.local import LocalBus
from cti.domain.call import Call
from cti.domain.call_state import CallState
from cti.domain.delta import FloorDelta
from cti.domain.events import DriftFound, Event
from cti.domain.floor import Floor
from cti.live import LiveFloor
from cti.reconciler.reconciler import Reconciler
from cti.session import AsteriskSession
from cti.settings import AmiSettings
from tests.support.telephony.lab import SECRETS, Lab
from tests.support.traces import DIRECTORY
from tests.support.waiting import until


def utc_now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


@dataclass
class Memory:
    """What outlives the service: the bookmark, and the calls that are stored with their end."""

    bookmark: Any = None
    calls: dict[str, Call] = field(default_factory=dict)

    async def get(self, name: str) -> Any:
        return self.bookmark

    async def put(self, name: str, value: Any) -> None:
        self.bookmark = value


class Cable:
    """The wire to AMI, which can be cut and mended."""

    def __init__(self, port: int) -> None:
        self._asterisk = port
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._whole = True
        self.port = 0

    async def open(self) -> "Cable":
        """Listen on a port of its own."""
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def cut(self) -> None:
        """Break what is connected and let nothing through."""
        self._whole = False
        for writer in self._writers:
            writer.transport.abort()

    def mend(self) -> None:
        """Let the next connection through."""
        self._whole = True

    async def close(self) -> None:
        """Stop listening."""
        self.cut()
        assert self._server is not None
        self._server.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._whole:
            writer.transport.abort()
            return
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._asterisk)
        self._writers |= {writer, far_writer}
        await asyncio.wait(
            [asyncio.create_task(_pump(reader, far_writer)), asyncio.create_task(_pump(far_reader, writer))],
            return_when=asyncio.FIRST_COMPLETED,
        )
        for one in (writer, far_writer):
            one.transport.abort()
            self._writers.discard(one)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    except OSError:
        return


class Known:
    """The floor of this life, and the storage of all."""

    def __init__(self, floor: Floor, memory: Memory) -> None:
        self._floor = floor
        self._memory = memory

    def live(self, call_id: str) -> Call | None:
        return self._floor.calls.get(call_id)

    async def stored(self, call_ids: Collection[str]) -> set[str]:
        """Ended calls are stored at once."""
        self._memory.calls.update({i: c for i, c in self._floor.calls.items() if c.ended_at is not None})
        return set(self._memory.calls).intersection(call_ids)

    async def guessed(self, call_ids: Collection[str]) -> set[str]:
        """Those of the stored calls with a guess in them."""
        return {i for i in call_ids if i in self._memory.calls and self._memory.calls[i].guessed}


class Ears:
    """One life of the service, as far as it listens. Live events that mean a `lose` never reach the floor."""

    def __init__(self, lab: Lab, memory: Memory, port: int) -> None:
        self.floor = Floor(DIRECTORY, epoch="e", now=utc_now())
        self.live = LiveFloor(self.floor, LocalBus())
        self.drifts: list[DriftFound] = []
        self.lose: type[Event] | None = None
        self._memory = memory
        known = Known(self.floor, memory)
        self._reconciler = Reconciler(
            lab.folders.log, memory, known, self._repair, utc_now, listening=self.hears, poll_s=0.1
        )
        self._session = AsteriskSession(
            self.live, self._reconciler, clock=utc_now, last_heard=None, penalty=lambda agent, queue: 0
        )
        settings = AmiSettings(port=port, secret=SecretStr(SECRETS.ami), retry_first_s=0.1, retry_max_s=0.2)
        self._link = AmiLink(
            settings, wanted=WANTED, on_event=self._on_event, on_state=self._session.on_state
        )
        self._session.link = self._link

    async def run(self) -> None:
        """Listen until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._link.run())
            tasks.create_task(self._reconciler.run())

    def hears(self) -> bool:
        """Whether the floor is in step with Asterisk."""
        return self.floor.system.link.up

    async def until_hearing(self, wanted: bool = True) -> None:
        """Until the floor is in step with Asterisk, or no more."""

        async def asks() -> bool:
            return self.hears() is wanted

        await until(asks)

    async def until_call(self, number: str, state: CallState) -> Call:
        """The newest call from a number, when it is in that state."""

        async def asks() -> Call | None:
            calls = [call for call in self.floor.calls.values() if call.number == number]
            return calls[-1] if calls and calls[-1].state is state else None

        return await until(asks)

    async def until_settled(self, call: Call) -> None:
        """Until the end of the call was compared with the records: then it is looked for in the storage."""

        async def asks() -> bool:
            return call.id in self._memory.calls

        await until(asks)

    def _repair(self, event: Event) -> FloorDelta:
        if isinstance(event, DriftFound):
            self.drifts.append(event)
        return self.live.observe(event)

    def _on_event(self, fields: Fields) -> None:
        if self.lose is None or not any(isinstance(event, self.lose) for event in normalise(fields)):
            self._session.on_event(fields)


@asynccontextmanager
async def listening(lab: Lab, memory: Memory, port: int | None = None) -> AsyncIterator[Ears]:
    """A life of the service; its end is abrupt: only `memory` stays."""
    ears = Ears(lab, memory, port or lab.spec.ports.ami)
    task = asyncio.create_task(ears.run())
    try:
        yield ears
    finally:
        kept = memory.bookmark
        task.cancel()
        await asyncio.wait([task])
        memory.bookmark = kept
