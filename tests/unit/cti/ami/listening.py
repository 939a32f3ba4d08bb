"""An AmiLink under test, with what it delivered."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from cti.ami.framing import Fields
from cti.ami.link import AmiLink
from cti.ami.state import LinkLost, LinkReady, LinkState
from cti.settings import AmiSettings
from tests.unit.cti.ami.fake_ami import FakeAmi

WANTED = frozenset({b"Newchannel", b"Hangup", b"OriginateResponse", b"UserEvent", b"QueueCallerJoin"})


class Listening:
    """The owner of a link: keeps its states and events, in the order in which they came."""

    def __init__(self) -> None:
        self.heard: list[LinkState | Fields] = []
        self.on_ready: Callable[[], Any] | None = None
        self.on_event: Callable[[Fields], None] | None = None
        self.link: AmiLink
        self._stirred = asyncio.Condition()
        self._stirring: set[asyncio.Task[None]] = set()

    @property
    def states(self) -> list[LinkState]:
        return [one for one in self.heard if not isinstance(one, dict)]

    @property
    def events(self) -> list[Fields]:
        return [one for one in self.heard if isinstance(one, dict)]

    @property
    def lost(self) -> list[LinkLost]:
        return [state for state in self.states if isinstance(state, LinkLost)]

    @property
    def ready(self) -> list[LinkReady]:
        return [state for state in self.states if isinstance(state, LinkReady)]

    async def until(self, reached: Callable[[], bool]) -> None:
        """Waits until what was heard fulfils a condition."""
        async with asyncio.timeout(10), self._stirred:
            await self._stirred.wait_for(reached)

    async def until_ready(self, times: int = 1) -> None:
        await self.until(lambda: len(self.ready) >= times)

    async def until_lost(self, times: int = 1) -> LinkLost:
        await self.until(lambda: len(self.lost) >= times)
        return self.lost[times - 1]

    async def until_events(self, count: int) -> list[Fields]:
        await self.until(lambda: len(self.events) >= count)
        return self.events

    def take_event(self, fields: Fields) -> None:
        if self.on_event is not None:
            self.on_event(fields)
        self.heard.append(fields)
        self._stir_soon()

    async def take_state(self, state: LinkState) -> None:
        if isinstance(state, LinkReady) and self.on_ready is not None:
            await self.on_ready()
        self.heard.append(state)
        self._stir_soon()

    def _stir_soon(self) -> None:
        task = asyncio.get_running_loop().create_task(self._stir())
        self._stirring.add(task)
        task.add_done_callback(self._stirring.discard)

    async def _stir(self) -> None:
        async with self._stirred:
            self._stirred.notify_all()


def settings_for(ami: FakeAmi, **changed: Any) -> AmiSettings:
    """Settings that make a test quick: short delays between attempts, long time-outs."""
    quick = {"retry_first_s": 0.01, "retry_max_s": 0.02, "rejected_retry_s": 0.01, "idle_ping_s": 30.0}
    return AmiSettings.model_validate({"port": ami.port, "secret": "s3cret", **quick, **changed})


@asynccontextmanager
async def listening(
    ami: FakeAmi, *, ready: bool = True, prepare: Callable[[Listening], None] | None = None, **changed: Any
) -> AsyncIterator[Listening]:
    """A running link to the fake, by default once it is ready; ended with the block."""
    async with listening_with(settings_for(ami, **changed), ready=ready, prepare=prepare) as owner:
        yield owner


@asynccontextmanager
async def listening_with(
    settings: AmiSettings,
    *,
    ready: bool = True,
    prepare: Callable[[Listening], None] | None = None,
    secret: Callable[[], str] | None = None,
) -> AsyncIterator[Listening]:
    """A running link to whatever the settings name, a real Asterisk too."""
    owner = Listening()
    if prepare is not None:
        prepare(owner)
    owner.link = AmiLink(
        settings,
        wanted=WANTED,
        on_event=owner.take_event,
        on_state=owner.take_state,
        secret=secret,
    )
    running = asyncio.create_task(owner.link.run())
    try:
        if ready:
            await owner.until_ready()
        yield owner
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
