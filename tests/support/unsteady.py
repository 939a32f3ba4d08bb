"""A pytest plugin: tells at the end of what tests failed at first, and which passed when run once more."""

from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """The file is for whoever started pytest and wants to say it again at the very end."""
    parser.addoption("--unsteady", metavar="FILE", help="write the names of unsteady tests here, one a line")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for each after what it failed of, and how many: a cause that nobody sees is never mended."""
    names = unsteady(terminalreporter.stats)
    # Also of those that failed again, which may only have failed of what the first run left behind.
    for report in terminalreporter.stats.get("rerun", ()):
        terminalreporter.section(f"first run of {report.nodeid}", sep="_")
        terminalreporter.write_line(report.longreprtext)
        for title, text in report.sections:
            terminalreporter.write_line(f"--- {title} ---\n{text}")
    terminalreporter.section("unsteady tests", sep="-")
    for name in names:
        terminalreporter.write_line(f"unsteady: {name}")
    terminalreporter.write_line(f"{len(names)} passed only when run once more")
    file = terminalreporter.config.getoption("--unsteady")
    if file is not None:
        Path(file).write_text("".join(f"{name}\n" for name in names), encoding="utf-8")


def unsteady(stats: dict[str, list[pytest.TestReport]]) -> list[str]:
    """Names of tests that were run again and are among neither the failed nor the broken ones then."""

    def named(outcome: str) -> set[str]:
        return {report.nodeid for report in stats.get(outcome, ())}

    return sorted(named("rerun") & named("passed") - named("failed") - named("error"))
