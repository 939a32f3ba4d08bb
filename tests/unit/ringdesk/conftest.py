"""What commands configure for their whole process is taken back after each test."""

import logging
from collections.abc import Iterator

import pytest
import structlog

from tests.unit.ringdesk.running_commands import demo, home, run, with_demo

__all__ = ["demo", "home", "run", "with_demo"]


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """Handlers, levels and structlog's pipeline are those of the other tests again."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in list(root.manager.loggerDict)}
    pipeline = structlog.get_config()
    yield
    for handler in set(root.handlers) - set(handlers):
        handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in list(root.manager.loggerDict):
        logger, before = logging.getLogger(name), levels.get(name, logging.NOTSET)
        if logger.level != before:  # to set one is to go through all of them
            logger.setLevel(before)
    structlog.configure(**pipeline)
