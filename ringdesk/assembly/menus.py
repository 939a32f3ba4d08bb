"""The voice menus: the flows in use, and the door at which Asterisk asks for them."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from ivr.agi.server import AgiServer
from ivr.counters import Counters
from ivr.flow.problem import Severity
from ivr.flow_folder import FlowFolder
from ivr.flow_store import FlowStore
from ivr.hotlines import HotlineEntry
from ivr.prompts import PromptFolder, speaker
from ivr.prompts.espeak import EspeakEngine
from ivr.runner import FlowRunner
from ringdesk.assembly.core import Core
from ringdesk.assembly.part import OK, Check, Part


@dataclass(frozen=True, slots=True)
class Menus:
    """`server` is opened with the other doors of the service."""

    server: AgiServer
    flows: Part


def build(core: Core, hotlines: Callable[[], Mapping[str, HotlineEntry]]) -> Menus:
    """The flows are read, and their prompts made, before any part runs."""
    home, settings = core.installation.home, core.settings
    engine = EspeakEngine(settings.ivr.voices, settings.ivr.words_per_minute)
    flows = FlowStore(
        FlowFolder(settings.ivr.flows_folder),
        queues=lambda: set(core.floor.queues),
        speak=speaker(home.prompts, engine),
    )
    counters = Counters()
    server = AgiServer(
        FlowRunner(flows, hotlines, PromptFolder(home.prompts), counters),
        secret=core.installation.secrets.watched("agi"),
        host=settings.ivr.host,
        port=settings.asterisk.agi_port,
        max_calls=min(settings.ivr.max_calls, core.shares.menus),
        max_waiting=core.shares.menus_waiting,
        environment_timeout_s=settings.ivr.environment_timeout_s,
        counters=counters,
    )
    return Menus(
        server,
        Part(
            "flows",
            lambda: flows.watch(settings.ivr.look_for_changes_s),
            load=partial(asyncio.to_thread, flows.refresh),
            health=lambda: (flow_check(flows), Check("menus", counters.in_words() or OK)),
        ),
    )


def flow_check(flows: FlowStore) -> Check:
    """What keeps flows from being used as they are written; the last usable version of each stays."""
    if not flows.flows:
        return Check("flows", "no usable flow; callers go to the fallback queue", keeps_from_calls=True)
    errors = (str(problem) for problem in flows.problems if problem.severity is Severity.ERROR)
    return Check("flows", "; ".join(errors) or OK)
