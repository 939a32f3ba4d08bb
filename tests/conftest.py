"""What every test process does once: plain tracebacks in a log of nobody's own, little time for garbage."""

import gc

import structlog


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
