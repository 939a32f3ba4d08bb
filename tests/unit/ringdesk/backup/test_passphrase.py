"""A backup's passphrase on the command line: where it may come from, and what is said without one."""

import asyncio
import getpass
import io
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from office.rules.people import Role
from office.users import NewUser, add_user
from ringdesk.backup import backup
from ringdesk.backup.age import Encrypting, is_encrypted
from ringdesk.backup.passphrase import given_passphrase, known_passphrase, new_passphrase
from ringdesk.commands import backup as commands
from ringdesk.installation.home import Home
from ringdesk.installation.installation import Installation
from ringdesk.problem import Problem
from ringdesk.settings.sources import load
from tests.support.operators import OPERATOR

VARIABLE = "RINGDESK_BACKUP_PASSPHRASE"
GOOD = "four words in a row"


class Terminal(io.StringIO):
    """A standard input at which somebody sits."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def quick_encryption(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a guess costs is not what is tested here."""
    monkeypatch.setattr(backup, "Encrypting", partial(Encrypting, work=4))


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Somebody types these answers; returns the questions."""

    def typing(*answers: str) -> list[str]:
        asked: list[str] = []
        waiting = iter(answers)

        def answer(prompt: str) -> str:
            asked.append(prompt)
            return next(waiting)

        monkeypatch.setattr(sys, "stdin", Terminal())
        monkeypatch.setattr(getpass, "getpass", answer)
        return asked

    return typing


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "passphrase"
    path.write_text(f"{GOOD}\nanother line\n")
    return path


@pytest.fixture
def demo_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """An installation with one user."""
    monkeypatch.setenv("RINGDESK_HOME", str(tmp_path / "var"))
    new = NewUser(login="boss", name="Boss", role=Role.ADMIN, password=GOOD)

    async def fill() -> None:
        async with Installation.open().open_database() as database:
            await add_user(database, new, now=datetime.now(UTC), by=OPERATOR)

    asyncio.run(fill())
    return Home(tmp_path / "var")


def test_without_a_word_about_it_there_is_none(typed: Callable[..., list[str]]) -> None:
    asked = typed()
    assert given_passphrase(None) is None
    assert asked == []


def test_a_file_goes_before_the_environment_which_forgets_it(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "some words of another place")
    assert given_passphrase(file) == GOOD
    assert given_passphrase(None) is None
    monkeypatch.setenv(VARIABLE, "some words of another place")
    assert new_passphrase(None) == "some words of another place"
    monkeypatch.setenv(VARIABLE, "short")
    assert known_passphrase(None) == "short"


def test_a_new_one_is_typed_twice_and_a_known_one_once(typed: Callable[..., list[str]]) -> None:
    asked = typed(GOOD, GOOD)
    assert new_passphrase(None) == GOOD
    assert len(asked) == 2
    typed(GOOD, GOOD + "!")
    with pytest.raises(Problem, match="differ; nothing is saved"):
        new_passphrase(None)
    asked = typed("short")
    assert known_passphrase(None) == "short"
    assert len(asked) == 1


def test_from_a_pipe_it_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{GOOD}\n"))
    assert new_passphrase(None) == GOOD


@pytest.mark.parametrize("weak", ["short", "password1234567", " " * 30])
def test_a_weak_one_guards_no_new_archive(file: Path, weak: str) -> None:
    file.write_text(weak)
    with pytest.raises(Problem, match="nothing is saved"):
        given_passphrase(file)


@pytest.mark.parametrize("source", ["file", "environment", "pipe"])
def test_an_empty_one_is_a_mistake_and_not_none(
    source: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n"))
    if source == "file":
        file.write_text("\n")
    if source == "environment":
        monkeypatch.setenv(VARIABLE, "")
    with pytest.raises(Problem, match="is empty"):
        new_passphrase(file if source == "file" else None)


def test_a_file_of_bytes_is_refused_in_words(file: Path) -> None:
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(Problem, match="not text"):
        known_passphrase(file)


def test_the_variable_is_no_setting_and_stops_no_other_command(tmp_path: Path) -> None:
    load(Home(tmp_path), environment={VARIABLE: GOOD})


def test_the_command_asks_for_a_passphrase_where_it_is_told_to_encrypt(
    demo_home: Home, tmp_path: Path, typed: Callable[..., list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    asked = typed(GOOD, GOOD)
    commands.backup(tmp_path / "made", encrypt=True)
    assert len(asked) == 2
    assert capsys.readouterr().err == ""
    with (tmp_path / "made").open("rb") as archive:
        assert is_encrypted(archive)


def test_the_command_encrypts_with_what_it_is_given_and_says_what_it_did_not(
    demo_home: Home, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commands.backup(tmp_path / "clear.tar.gz")
    printed = capsys.readouterr()
    assert "not encrypted" in printed.err
    assert "ringdesk backup --encrypt" in printed.err
    commands.backup(passphrase_file=file)
    printed = capsys.readouterr()
    assert printed.err == ""
    assert GOOD not in printed.out
    (made,) = (demo_home.root / "backups").iterdir()
    assert made.name.endswith(".tar.gz.age")
    with made.open("rb") as archive:
        assert is_encrypted(archive)

    wrong = tmp_path / "wrong"
    wrong.write_text("words that open nothing")
    with pytest.raises(Problem, match="does not open"):
        commands.restore(made, passphrase_file=wrong)
    commands.restore(made, passphrase_file=file)
    assert "files restored" in capsys.readouterr().out
