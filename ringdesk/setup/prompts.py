"""Speaks the prompts that are missing or whose words changed, in a thread that a stopped set-up ends."""

import asyncio
import threading
import time

from asterisk_conf.prompts import SPOKEN
from ivr.flow.effects import Prompt
from ivr.flow_folder import FlowFolder
from ivr.flow_store import FlowStore
from ivr.prompts import Prepared, Progress, prepare
from ivr.prompts.espeak import EspeakEngine
from ivr.prompts.speech import SpeechError
from ringdesk.installation.installation import Installation
from ringdesk.problem import Problem
from ringdesk.setup.plan import Note

_TELL_EVERY_S = 2.0


class _Stopped(Exception):
    """Ends the thread between two prompts."""


async def make_prompts(installation: Installation, note: Note) -> str:
    """Makes the prompts of all flows and of the dialplan. Raises Problem with one sentence."""
    stop = threading.Event()
    loop = asyncio.get_running_loop()
    told = time.monotonic()

    def progress(done: int, of: int, name: str) -> None:
        nonlocal told
        if stop.is_set():
            raise _Stopped
        if time.monotonic() - told > _TELL_EVERY_S:
            told = time.monotonic()
            loop.call_soon_threadsafe(note, f"{done} of {of}")

    working = loop.run_in_executor(None, _make, installation, progress)
    try:
        done = await asyncio.shield(working)
    except asyncio.CancelledError:
        stop.set()
        raise
    except SpeechError as error:
        raise Problem(f"cannot be spoken: {error}") from None
    recorded = f", {done.recorded} recorded by people" if done.recorded else ""
    return f"{done.made} made, {done.current} unchanged{recorded}" if done.made else f"unchanged{recorded}"


def _make(installation: Installation, progress: Progress) -> Prepared:
    settings = installation.settings.ivr
    store = FlowStore(FlowFolder(settings.flows_folder))
    store.refresh()
    engine = EspeakEngine(settings.voices, settings.words_per_minute)
    dialplan = {
        Prompt(name, language): text for name, texts in SPOKEN.items() for language, text in texts.items()
    }
    return prepare(store.flows, installation.home.prompts, engine, progress, also=dialplan)
