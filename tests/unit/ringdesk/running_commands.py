"""Runs commands in this process, on an installation of their own, with or without the demo."""

import asyncio
import os
import shutil
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

from ringdesk import cli
from ringdesk.installation.home import Home
from ringdesk.installation.installation import Installation
from storage.repositories.audit import Audit

Run = Callable[..., "Outcome"]


class Outcome:
    """What a command printed and how it ended."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err


@pytest.fixture(scope="session")
def with_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with the demo, made once."""
    root = tmp_path_factory.mktemp("demo") / "var"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RINGDESK_HOME", str(root))
        patch.setattr(sys, "argv", ["ringdesk", "demo", "add"])
        with pytest.raises(SystemExit, match="0"):
            cli.main()
    return root


@pytest.fixture
def demo(home: Home, with_demo: Path) -> None:
    """The demo is in this test's home."""
    shutil.copytree(with_demo, home.root)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    for name in [name for name in os.environ if name.startswith("RINGDESK_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("RINGDESK_HOME", str(tmp_path / "var"))
    monkeypatch.setenv("COLUMNS", "200")
    return Home(tmp_path / "var")


@pytest.fixture
def run(home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str, stdin: str = "") -> Outcome:
        monkeypatch.setattr(sys, "argv", ["ringdesk", *arguments])
        monkeypatch.setattr(sys, "stdin", StringIO(stdin))
        status: int | str | None = 0
        try:
            cli.main()
        except SystemExit as end:
            status = end.code
        printed = capsys.readouterr()
        return Outcome(int(status or 0), printed.out, printed.err)

    return run


def audited() -> list[tuple[str, str, str, str]]:
    """Who, by which door, did what, and what came of it; newest first."""

    async def read() -> list[tuple[str, str, str, str]]:
        database = Installation.open().database()
        try:
            async with database.session() as session:
                return [(e.account, e.via, e.action, e.result) for e in await Audit(session).newest()]
        finally:
            await database.close()

    return asyncio.run(read())
