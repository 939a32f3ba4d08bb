"""The command line on an installation of its own: what it prints, what it changes, how it refuses."""

import asyncio
import re
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import pytest
from sqlalchemy import func, select

from agent_console.auth.passwords import Passwords
from ivr.settings import SHIPPED_FLOWS
from ringdesk.commands import backup as commands
from ringdesk.installation.home import Home
from ringdesk.installation.installation import Installation
from ringdesk.setup.steps import SetUp
from ringdesk.supervision.instance import InstanceFile, InstanceLock, InstanceRecord
from ringdesk.supervision.process import own_identity
from storage import backup as storage_backup
from storage.backup import BackupProblem
from storage.repositories.sign_ins import SignIns
from storage.repositories.users import Users
from storage.tables import SignIn
from tests.unit.ringdesk.running_commands import Run, audited


def can_sign_in(login: str, password: str) -> bool:
    async def check() -> bool:
        database = Installation.open().database()
        checking = Passwords(at_once=1, waiting=1)
        try:
            async with database.session() as session:
                user = await Users(session).by_login(login)
            return await checking.verify(user.password_hash if user else None, password)
        finally:
            checking.close()
            await database.close()

    return asyncio.run(check())


def test_a_user_is_added_listed_and_gets_another_password(run: Run, demo: None) -> None:
    added = run("users", "add", "chen", "--name", "陈静", "--queue", "sales", stdin="a first row of words\n")
    assert added.status == 0
    assert "extension 1004" in added.out
    line = next(line for line in run("users", "list").out.splitlines() if line.startswith("chen"))
    assert line.split() == ["chen", "陈静", "agent", "1004", "sales", "yes"]
    assert can_sign_in("chen", "a first row of words")

    assert run("users", "password", "chen", stdin="the second row of words\n").status == 0
    assert can_sign_in("chen", "the second row of words")
    assert not can_sign_in("chen", "a first row of words")


@pytest.mark.parametrize(
    ("arguments", "stdin", "sentence"),
    [
        (["add", "chen", "--name", "陈静"], "short\n", "a password needs 15 to 1024 characters"),
        (["add", "chen", "--name", "陈静"], "password1234567\n", "easy to guess"),
        (["password", "lina"], "password1234567\n", "easy to guess"),
        (["add", "lina", "--name", "李娜"], "four words in a row\n", "there is a user lina already"),
        (["add", "c h", "--name", "陈静"], "four words in a row\n", "login"),
        (
            ["add", "chen", "--name", "陈静", "--queue", "none"],
            "four words in a row\n",
            "there is no queue none",
        ),
        (["password", "nobody"], "four words in a row\n", "there is no user nobody"),
    ],
)
def test_a_user_that_cannot_be_is_refused_in_one_sentence(
    run: Run, demo: None, home: Home, arguments: list[str], stdin: str, sentence: str
) -> None:
    before = run("users", "list").out
    refused = run("users", *arguments, stdin=stdin)
    assert refused.status == 1
    assert sentence in refused.err
    assert len(refused.err.strip().splitlines()) == 1
    assert run("users", "list").out == before


def test_the_demo_comes_goes_and_comes_back(run: Run, home: Home) -> None:
    first = run("demo", "add")
    password = (home.secrets / "login-lina").read_text().strip()
    assert password in first.out
    assert can_sign_in("lina", password)
    assert "there already" in run("demo", "add").out

    run("users", "add", "boss", "--name", "Boss", "--role", "admin", stdin="four words in a row\n")
    removed = run("demo", "remove")
    assert "users" in removed.out
    assert not can_sign_in("lina", password)
    assert not (home.secrets / "login-lina").exists()

    assert "was added" in run("demo", "add").out
    assert can_sign_in("lina", (home.secrets / "login-lina").read_text().strip())


def test_a_flow_is_walked_and_checked(run: Run, tmp_path: Path) -> None:
    walked = run("ivr", "try", "service", "--keys", "1", "--at", "2026-11-23T10:00")
    assert walked.status == 0
    assert "queue sales" in walked.out
    assert run("ivr", "check", "service").status == 0
    broken = tmp_path / "broken.yaml"
    broken.write_text("format: 1\ntitle: [\n")
    refused = run("ivr", "check", str(broken))
    assert refused.status == 1
    assert f"{broken}:" in refused.err


def test_flows_and_their_drafts_are_listed_and_a_draft_is_tried_before_callers_hear_it(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RINGDESK_IVR__FLOWS_FOLDER", str(tmp_path))
    shipped = (SHIPPED_FLOWS / "service.yaml").read_text(encoding="utf-8")
    (tmp_path / "service.yaml").write_text(shipped, encoding="utf-8")
    (tmp_path / "service.draft.yaml").write_text(shipped.replace("queue: sales,", "queue: service,"), "utf-8")
    (tmp_path / "torn.yaml").write_text("format: 99\n")
    listed = run("ivr", "list").out
    assert re.search(r"service +published +\d{4}-\d\d-\d\dT\S+Z +[0-9a-f]{12} +10 steps", listed)
    assert re.search(r"service +draft .* 10 steps", listed)
    assert re.search(r"torn +published .* cannot be used: ringdesk ivr check torn", listed)
    assert "queue sales" in run("ivr", "try", "service", "--keys", "1").out
    assert "queue service" in run("ivr", "try", "service", "--keys", "1", "--draft").out
    assert run("ivr", "check", "service", "--draft").status == 0
    assert "there is no draft flow 'torn'; there are: service" in run("ivr", "check", "torn", "--draft").err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["ivr", "try", "unknown"], "there is no published flow 'unknown'; there are: service"),
        (["ivr", "try", "service", "--keys", "1", "--at", "tomorrow"], "is not a date and time"),
        (["restore", "/nonexistent.tar.gz"], "/nonexistent.tar.gz is not there"),
        (["backup"], "there is nothing in the database yet; start Ringdesk with: scripts/up"),
        (["asterisk", "status"], "Asterisk does not run; start it with: scripts/up"),
        (["call", "no number"], "is not a hotline's number"),
        (["call", "4001"], "there are no hotlines; scripts/up makes those of the demo"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(run: Run, arguments: list[str], sentence: str) -> None:
    refused = run(*arguments)
    assert refused.status == 1
    assert sentence in refused.err
    assert len(refused.err.strip().splitlines()) == 1


def test_a_language_that_no_console_speaks_is_refused(run: Run, demo: None, home: Home) -> None:
    before = home.database_file.read_bytes()
    refused = run("users", "add", "chen", "--name", "陈静", "--language", "fr", stdin="four words in a row\n")
    assert refused.status != 0
    assert home.database_file.read_bytes() == before


def test_a_test_caller_speaks_chinese_or_english(run: Run, demo: None) -> None:
    refused = run("call", "4001", "--language", "fr")
    assert refused.status == 2
    assert "'fr' is not one of 'zh', 'en'" in refused.err


@pytest.mark.parametrize("command", ["render", "start"])
def test_asterisk_is_configured_before_anything_ever_ran(run: Run, home: Home, command: str) -> None:
    """The tables are made first; what is told is what is wrong with the settings of Asterisk."""
    home.make()
    home.settings_file.write_text('[[asterisk.trunks]]\nname = "carrier"\nhost = "sip.example"\n' * 2)
    refused = run("asterisk", command)
    assert refused.status == 1
    assert (
        refused.err == "ringdesk: the settings of Asterisk cannot be used: there are two of trunk carrier\n"
    )


def test_a_postgresql_that_is_away_is_one_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound and not listening: nobody answers here
        port = unused.getsockname()[1]
        monkeypatch.setenv("RINGDESK_DATABASE_URL", f"postgresql://u:secret@127.0.0.1:{port}/x")
        refused = run("users", "list")
        examined = run("doctor")
    assert refused.status == 1
    assert refused.err.startswith(f"ringdesk: PostgreSQL does not answer at 127.0.0.1:{port}")
    assert "secret" not in refused.err
    assert examined.status == 1
    assert f"PostgreSQL does not answer at 127.0.0.1:{port}" in examined.out


def test_a_call_without_asterisk_says_how_to_start_it(run: Run, demo: None) -> None:
    refused = run("call", "4001")
    assert (refused.status, refused.err) == (
        1,
        "ringdesk: Asterisk does not run; start it with: scripts/up\n",
    )


def test_a_folder_is_no_place_for_an_archive(run: Run, demo: None, tmp_path: Path) -> None:
    refused = run("backup", str(tmp_path))
    assert refused.status == 1
    assert "is a folder; name a file in it" in refused.err


def test_backup_and_restore_bring_users_back(run: Run, demo: None, tmp_path: Path) -> None:
    archive = tmp_path / "saved.tar.gz"
    assert run("backup", str(archive)).status == 0
    run("users", "add", "chen", "--name", "陈静", stdin="four words in a row\n")
    assert run("restore", str(archive)).status == 0
    assert audited()[0][2:] == ("restore", "done")
    assert "chen" not in run("users", "list").out
    assert "lina" in run("users", "list").out


def sessions_of_lina(add: bool = False) -> int:
    """How many there are, after one was added if that is wanted."""

    async def count() -> int:
        database, now = Installation.open().database(), datetime.now(UTC)
        try:
            async with database.transaction() as session:
                lina = await Users(session).by_login("lina")
                assert lina is not None
                if add:
                    end = now + timedelta(hours=1)
                    row = {"created_at": now, "last_seen_at": now, "expires_at": end}
                    SignIns(session).add(SignIn(token_hash="t", user_id=lina.id, csrf="c", **row))
                return await session.scalar(select(func.count()).select_from(SignIn)) or 0
        finally:
            await database.close()

    return asyncio.run(count())


def test_a_session_of_the_backup_ends_though_the_restore_is_cut_short(
    run: Run, demo: None, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tmp_path / "saved.tar.gz"
    assert sessions_of_lina(add=True) == 1
    run("backup", str(archive))
    with monkeypatch.context() as patched:

        def killed(_: object) -> NoReturn:
            raise KeyboardInterrupt

        patched.setattr(commands, "_end_what_had_ended", killed)
        with pytest.raises(KeyboardInterrupt):
            commands.restore(archive)
    assert sessions_of_lina() == 1

    async def start() -> None:
        set_up = SetUp(Installation.open())
        try:
            (migrate,) = (step for step in set_up.steps() if step.name == "database")
            said = [await migrate.run(lambda note: None) for _ in range(2)]
            assert ["restore was finished" in words for words in said] == [True, False]
        finally:
            await set_up.close()

    asyncio.run(start())
    assert sessions_of_lina() == 0
    assert audited()[0][2:] == ("restore", "done")


def test_a_restore_that_puts_no_database_in_signs_nobody_out(
    run: Run, demo: None, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tmp_path / "saved.tar.gz"
    run("backup", str(archive))

    def damaged(path: Path) -> NoReturn:
        raise BackupProblem("the copy is damaged")

    monkeypatch.setattr(storage_backup, "_check_sqlite", damaged)
    assert run("restore", str(archive)).status == 1
    assert not home.restored.exists()
    # What an earlier one owes is still owed.
    home.restored.touch()
    assert run("restore", str(archive)).status == 1
    assert home.restored.exists()


def test_nothing_is_restored_below_a_running_instance(
    run: Run, demo: None, home: Home, tmp_path: Path
) -> None:
    archive = tmp_path / "saved.tar.gz"
    run("backup", str(archive))
    with InstanceLock(home):
        refused = run("restore", str(archive))
    assert refused.status == 1
    assert "already runs" in refused.err


def test_commands_see_what_the_running_instance_was_called_with(home: Home) -> None:
    home.make()
    InstanceFile(home).write(InstanceRecord(own_identity(), "", overrides={"listen": "192.0.2.7"}))
    assert Installation.open().settings.listen == "192.0.2.7"
    InstanceFile(home).remove()
    assert Installation.open().settings.listen == "127.0.0.1"


def test_a_wrong_setting_stops_every_command(run: Run, home: Home) -> None:
    home.make()
    home.settings_file.write_text("prot = 1")
    for command in (["status"], ["doctor"], ["users", "list"]):
        refused = run(*command)
        assert refused.status == 1
        assert "prot is not a setting of Ringdesk; did you mean port?" in refused.err


def test_the_folder_may_have_any_name(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path / "呼叫 100% (what? #1)" / "var")
    monkeypatch.setenv("RINGDESK_HOME", str(home.root))
    assert run("users", "list").status == 0
    assert home.database_file.is_file()


@pytest.mark.parametrize("url", ["mysql://localhost/x", "no address", "sqlite://"])
def test_a_database_that_cannot_be_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("RINGDESK_DATABASE_URL", url)
    refused = run("users", "list")
    assert refused.status == 1
    assert refused.err.startswith("ringdesk: database_url: ")


def test_all_settings_are_listed(run: Run) -> None:
    printed = run("settings").out
    assert "asterisk.sip_port" in printed
    assert "5160" in printed


@pytest.mark.usefixtures("demo")
def test_a_flow_that_names_a_queue_of_nobody_is_refused_with_those_there_are(
    run: Run, tmp_path: Path
) -> None:
    shipped = (SHIPPED_FLOWS / "service.yaml").read_text(encoding="utf-8")
    flow = tmp_path / "service.yaml"
    flow.write_text(shipped.replace("queue: sales", "queue: selas"), encoding="utf-8")
    checked = run("ivr", "check", str(flow))
    assert checked.status == 1
    assert "leads to the queue 'selas', which does not exist. Known queues: complaints, sales" in checked.err
    assert run("ivr", "check", "service").status == 0


def test_before_the_first_start_a_flow_is_checked_but_for_its_queues(run: Run, home: Home) -> None:
    checked = run("ivr", "check", "service")
    assert checked.status == 0
    assert "queues are not checked" in checked.err
    assert not home.database_file.exists()
