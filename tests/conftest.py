"""What every test process does once: its log has plain tracebacks where no test configured logging."""

import structlog


def pytest_configure() -> None:
    """By itself structlog prints rich's tracebacks: a fault that repeats takes seconds."""
    *before, _ = structlog.get_config()["processors"]
    printing = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*before, printing])
