"""The demo's passwords and the test call on the command line: who is shown what, and who did it."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from asterisk_conf.secrets import mark_of_test_calls
from cti.ami.action import AmiAction
from ringdesk.commands import call
from ringdesk.installation.home import Home
from ringdesk.installation.installation import Installation
from ringdesk.problem import Problem
from tests.unit.ringdesk.running_commands import Run, audited


def test_the_demos_passwords_are_told_once_and_then_by_their_command(run: Run, home: Home) -> None:
    assert "login-lina" not in run("demo", "passwords").out
    run("demo", "add")
    password = (home.secrets / "login-lina").read_text().strip()
    again = run("demo", "add")
    assert password not in again.out
    assert "ringdesk demo passwords" in again.out
    shown = run("demo", "passwords")
    assert f"  lina     password {password} agent, extension 1001" in shown.out
    assert "  admin    password" in shown.out


def test_a_demo_that_is_brought_back_has_other_passwords_and_tells_them(
    run: Run, home: Home, demo: None
) -> None:
    before = (home.secrets / "login-lina").read_text().strip()
    run("demo", "remove")
    told = run("demo", "add").out
    password = (home.secrets / "login-lina").read_text().strip()
    assert password != before
    assert password in told


def test_where_every_password_was_changed_none_is_offered_and_who_is_away_is_not_named(
    run: Run, demo: None
) -> None:
    assert "zhaomin" in run("demo", "add").out
    run("users", "deactivate", "zhaomin")
    assert "zhaomin" not in run("demo", "add").out
    for login in ("lina", "wangwei", "admin"):
        run("users", "password", login, stdin="words of my own only\n")
    assert run("demo", "add").out.splitlines() == ["the demo data is there already"]


def test_whoever_cannot_read_the_home_folder_is_not_shown_the_passwords(
    run: Run, home: Home, demo: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Path.read_text

    def closed(path: Path, *how: Any, **named: Any) -> str:
        if path.name.startswith("login-"):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return read(path, *how, **named)

    monkeypatch.setattr(Path, "read_text", closed)
    refused = run("demo", "passwords")
    assert refused.status == 1
    assert "permission denied" in refused.err
    assert refused.out == ""


def test_a_changed_password_is_not_told_any_more(run: Run, demo: None) -> None:
    run("users", "password", "lina", stdin="words of my own only\n")
    again = run("demo", "passwords")
    assert "lina     password (changed)" in again.out
    assert "words of my own only" not in again.out


@pytest.mark.parametrize(
    ("answered", "result"),
    [(True, "done"), (False, "failed")],
)
def test_who_placed_a_test_call_at_the_command_line_is_in_the_audit_and_the_call_is_marked(
    run: Run, home: Home, demo: None, monkeypatch: pytest.MonkeyPatch, answered: bool, result: str
) -> None:
    class Running:
        running = True

    class Asterisk:
        async def status(self) -> Running:
            return Running()

    placed: list[AmiAction] = []

    async def place(settings: object, action: AmiAction, own_id: str) -> None:
        placed.append(action)
        if not answered:
            raise Problem("nobody answered the test call")

    monkeypatch.setattr(Installation, "asterisk", lambda *_: Asterisk())
    monkeypatch.setattr(call, "_place", place)
    assert run("call", "4001").status == (0 if answered else 1)
    (action,) = placed
    assert (
        f"/4001.{mark_of_test_calls((home.secrets / 'phones').read_text().strip())}@"
        in action.headers["Channel"]
    )
    me = f"uid {os.getuid()}"
    assert audited()[:2] == [
        (me, "command_line", "test_call", result),
        (me, "command_line", "test_call", "asked"),
    ]
