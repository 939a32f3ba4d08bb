"""Logging of every process of Ringdesk: structured lines, without phone numbers and without secrets."""

import logging
import sys
from collections.abc import Collection
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Literal

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from ringdesk.logs.masking import mask_field

Level = Literal["debug", "info", "warning", "error"]
_FILE_BYTES = 20_000_000
_FILE_COUNT = 5
# Chatty libraries: what they say at level info repeats what our own lines say.
_QUIET = ("uvicorn.access", "panoramisk", "aiosqlite", "alembic", "asyncio", "multipart", "websockets")


class Masking:
    """The last processor before rendering: sees the text of exceptions too."""

    def __init__(self, secrets: Collection[str]) -> None:
        # Short values would blank out ordinary words.
        self._secrets = tuple(sorted((s for s in secrets if len(s) >= 8), key=len, reverse=True))

    def __call__(self, logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        """Returns the event with every field masked; the time and the level are our own and stay."""
        kept = {"timestamp", "level", "logger"}
        for key in event.keys() - kept:
            event[key] = mask_field(key, event[key], self._secrets)
        return event


def configure(
    level: Level, *, file: Path | None = None, secrets: Collection[str] = (), for_good: bool = False
) -> None:
    """Sends structlog and the standard library's logging through one masked pipeline.

    With a file the lines are JSON and the file is rotated at 20 MB; without one they go to standard error, in
    colour when that is a terminal. `for_good` makes logging quicker and cannot be taken back.
    """
    to_terminal = file is None and sys.stderr.isatty()
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        structlog.processors.UnicodeDecoder(),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=for_good,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            Masking(secrets),
            _renderer(to_terminal),
        ],
    )
    _install(_handler(file), formatter, level)


def _renderer(to_terminal: bool) -> Processor:
    if to_terminal:
        return structlog.dev.ConsoleRenderer()
    return structlog.processors.JSONRenderer(ensure_ascii=False)


def _handler(file: Path | None) -> logging.Handler:
    if file is None:
        return logging.StreamHandler(sys.stderr)
    file.parent.mkdir(parents=True, exist_ok=True)
    return RotatingFileHandler(file, maxBytes=_FILE_BYTES, backupCount=_FILE_COUNT, encoding="utf-8")


def _install(handler: logging.Handler, formatter: logging.Formatter, level: Level) -> None:
    handler.setFormatter(formatter)
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
