"""What reaches the log file: JSON lines from our code and from libraries, masked, tracebacks included."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest
import structlog

from ringdesk.logs.pipeline import configure

SECRET = "correct-horse-battery"


@pytest.fixture
def log_file(tmp_path: Path) -> Path:
    file = tmp_path / "log" / "service.log"
    configure("info", file=file, secrets=[SECRET, "ab"])
    return file


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_our_own_lines_are_masked(log_file: Path) -> None:
    structlog.get_logger("ringdesk.test").info(
        "call entered", number="+8613800138000", call="ringdesk-1763790000.12"
    )
    (line,) = lines(log_file)
    assert line["number"] == "•••00"
    assert line["call"] == "ringdesk-1763790000.12"
    assert line["level"] == "info"
    assert line["timestamp"].endswith("Z")


def test_lines_of_libraries_are_masked(log_file: Path) -> None:
    logging.getLogger("some.library").warning("lost %s with %s", "13800138000", SECRET)
    (line,) = lines(log_file)
    assert "13800138000" not in line["event"]
    assert SECRET not in line["event"]


def test_tracebacks_are_masked(log_file: Path) -> None:
    try:
        raise ValueError(f"cannot dial +8613800138000 with {SECRET}")
    except ValueError:
        structlog.get_logger("ringdesk.test").exception("dialling failed")
    text = log_file.read_text()
    assert "ValueError" in text
    assert "13800138000" not in text
    assert SECRET not in text


def test_short_secrets_do_not_blank_out_words(log_file: Path) -> None:
    structlog.get_logger("ringdesk.test").info("about")
    assert lines(log_file)[0]["event"] == "about"


def test_the_level_holds(log_file: Path) -> None:
    structlog.get_logger("ringdesk.test").debug("too fine")
    assert log_file.read_text() == ""
