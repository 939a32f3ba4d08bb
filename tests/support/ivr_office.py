"""The voice menu on a test's own Asterisk: in this process, or in one of its own that can be killed.

Run as a program it serves until it is killed: `python -m tests.support.ivr_office PORT FLOWS PROMPTS`.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ivr.agi.call import AgiCall, Transport
from ivr.agi.connection import Script
from ivr.agi.framing import Reply
from ivr.agi.server import AgiServer
from ivr.counters import Counters
from ivr.flow_folder import FlowFolder
from ivr.flow_store import FlowStore
from ivr.hotlines import HotlineEntry
from ivr.prompts import PromptFolder, prepare
from ivr.prompts.espeak import EspeakEngine
from ivr.runner import FlowRunner
from ivr.settings import SHIPPED_FLOWS, IvrSettings
from tests.support.telephony.lab import SECRETS, Lab

ROOT = Path(__file__).parents[2]
_Value = TypeVar("_Value")

QUICK = """\
format: 2
languages: [zh, en]
start: hello
prompts:
  hi: {zh: 您好, en: Hello}
  long: {zh: 为了保证服务质量，本次通话将被录音。, en: This call is recorded to keep our service good.}
  ask: {zh: 请按键, en: Press a key}
  wrong: {zh: 按错了, en: Wrong}
steps:
  hello: {kind: say, prompts: [hi], exits: {done: notice}}
  notice: {kind: say, prompts: [long], barge_in: false, exits: {done: main}}
  main:
    kind: menu
    prompts: [hi, ask]
    keys: {"1": sales, "2": bye}
    wrong_key_prompts: [wrong]
    tries: 2
    timeout_s: 1.5
    exits: {sales: sales, bye: bye, no_input: complaints, wrong_key: complaints}
  sales: {kind: queue, queue: sales, priority: 3}
  complaints: {kind: queue, queue: complaints}
  bye: {kind: goodbye, prompts: [hi]}
"""
"""A flow with short waits."""


def demo_hotlines(flow: str) -> Mapping[str, HotlineEntry]:
    """The demo's hotlines, all with one flow."""
    return {"4001": HotlineEntry(flow, "zh"), "4002": HotlineEntry(flow, "en")}


@dataclass(frozen=True, slots=True)
class Office:
    """The voice menu as the service would run it."""

    server: AgiServer
    store: FlowStore
    prompts: Path


def speaking(flows: Path, prompts: Path) -> FlowStore:
    """The flows of a folder with all their prompts made."""
    store = FlowStore(FlowFolder(flows))
    store.refresh()
    settings = IvrSettings()
    prepare(store.flows, prompts, EspeakEngine(settings.voices, settings.words_per_minute))
    return store


class SlowLine:
    """A transport on which each command takes its time, as behind a busy service."""

    def __init__(self, transport: Transport, pause_s: float) -> None:
        self._transport = transport
        self._pause_s = pause_s

    @property
    def hung_up(self) -> bool:
        """See Transport."""
        return self._transport.hung_up

    def exchange(self, line: bytes, patience_s: float) -> Reply:
        """See Transport."""
        self._transport.wait_for(asyncio.sleep(self._pause_s), patience_s)
        return self._transport.exchange(line, patience_s)

    def wait_for(self, awaitable: Awaitable[_Value], timeout_s: float) -> _Value:
        """See Transport."""
        return self._transport.wait_for(awaitable, timeout_s)


def slowed(script: Script, pause_s: float) -> Script:
    """The same script, each command of it so much later."""
    return lambda call: script(AgiCall(SlowLine(call._transport, pause_s), call.env))


def built(port: int, flows: Path, prompts: Path, *, pause_s: float = 0.0) -> Office:
    """Wired, not started."""
    store = speaking(flows, prompts)
    counters = Counters()
    hotlines = demo_hotlines(store.flows[0].name)
    runner: Script = FlowRunner(store, lambda: hotlines, PromptFolder(prompts), counters)
    if pause_s:
        runner = slowed(runner, pause_s)
    return Office(AgiServer(runner, secret=lambda: SECRETS.agi, port=port, counters=counters), store, prompts)


@asynccontextmanager
async def open_office(lab: Lab, flow: str | None = None, *, pause_s: float = 0.0) -> AsyncIterator[Office]:
    """On the lab's Asterisk, with the shipped flow or the text of one; before each command it may pause."""
    office = built(lab.spec.ports.agi, flows_folder(lab, flow), lab.folders.prompts, pause_s=pause_s)
    await office.server.start()
    try:
        yield office
    finally:
        await office.server.stop()


@asynccontextmanager
async def mortal_office(lab: Lab, flow: str | None = None) -> AsyncIterator[asyncio.subprocess.Process]:
    """The same in a process of its own."""
    arguments = (str(lab.spec.ports.agi), str(flows_folder(lab, flow)), str(lab.folders.prompts))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        while b"listens" not in (line := await process.stdout.readline()):
            assert line, "the office did not open"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def flows_folder(lab: Lab, flow: str | None) -> Path:
    """The shipped flows, or a folder with one flow of this text."""
    if flow is None:
        return SHIPPED_FLOWS
    folder = lab.folders.root.parent / "flows"
    folder.mkdir(exist_ok=True)
    (folder / "quick.yaml").write_text(flow, encoding="utf-8")
    return folder


async def _serve(port: int, flows: Path, prompts: Path) -> None:
    await built(port, flows, prompts).server.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])))
