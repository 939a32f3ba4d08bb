"""What every test process does once: plain tracebacks in a log of nobody's own, little time for garbage.

And on which event loop a test runs: on that of what it tests.
"""

import asyncio
import gc
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import structlog
import uvloop

_UNIT = Path(__file__).parent / "unit"
# The service runs on uvloop, commands and the programs that stand around it on asyncio's own loop.
_SERVICE = frozenset({"agent_console", "crm", "cti", "ivr", "office", "storage", "work"})
_SERVICE_IN_RINGDESK = frozenset({"assembly", "health"})


def pytest_asyncio_loop_factories(
    item: pytest.Item,
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """One for each test, so that none is run twice."""
    package = item.path.relative_to(_UNIT).parts[0] if item.path.is_relative_to(_UNIT) else ""
    if package in _SERVICE or (package == "ringdesk" and item.path.parent.name in _SERVICE_IN_RINGDESK):
        return {"uvloop": uvloop.new_event_loop}
    return {"asyncio": asyncio.new_event_loop}


def pytest_configure() -> None:
    """By itself structlog prints rich's tracebacks: a fault that repeats takes seconds."""
    *before, _ = structlog.get_config()["processors"]
    printing = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*before, printing])
    gc.disable()


def pytest_collection_finish() -> None:
    """What was loaded stays to the end; to look through it for garbage took an eighth of all the time."""
    gc.freeze()
    gc.set_threshold(20_000)
    gc.enable()
