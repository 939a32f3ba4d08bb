"""`ringdesk users` changes who may do what, and the audit tells who did it."""

import os

import pytest

from tests.unit.ringdesk.running_commands import Run, audited


def test_the_audit_knows_who_was_at_the_command_line(
    run: Run, demo: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "somebody-else")
    run("users", "password", "lina", stdin="four words in a row\n")
    run("users", "password", "nobody", stdin="four words in a row\n")
    me = f"uid {os.getuid()}"
    assert audited()[:2] == [
        (me, "command_line", "password_set", "refused"),
        (me, "command_line", "password_set", "done"),
    ]


def listed(run: Run, login: str) -> list[str]:
    return next(line for line in run("users", "list").out.splitlines() if line.startswith(login)).split()


def test_a_user_is_changed_in_every_way_and_the_audit_tells_it(run: Run, demo: None) -> None:
    for words, said in (
        (["deactivate", "lina"], "signed out of console, phone and queues"),
        (["activate", "lina"], "active again"),
        (["role", "lina", "supervisor"], "has the role supervisor now"),
        (["queues", "lina", "sales"], "serves sales now"),
        (["extension", "lina", "1010"], "has the extension 1010 now"),
    ):
        done = run("users", *words)
        assert (done.status, said in done.out) == (0, True), done
    assert listed(run, "lina") == ["lina", "李娜", "supervisor", "1010", "sales", "yes"]
    assert run("users", "queues", "lina", "--none").status == 0
    assert run("users", "extension", "lina", "--none").out == "lina has no phone now\n"
    assert listed(run, "lina") == ["lina", "李娜", "supervisor", "yes"]
    assert run("users", "deactivate", "lina").status == 0
    assert listed(run, "lina")[-1] == "no"
    assert [(action, result) for _, _, action, result in audited()[:8]] == [
        (f"user_{action}", "done")
        for action in (
            "deactivate",
            "extension",
            "queues",
            "extension",
            "queues",
            "role",
            "activate",
            "deactivate",
        )
    ]


def test_a_desk_phone_is_shown_its_account_and_gets_another_password(run: Run, demo: None) -> None:
    assert "knows its password by itself" in run("users", "phone", "lina").out
    shown = run("users", "phone", "lina", "--kind", "desk").out
    assert "has another password" in shown
    assert "asterisk.sip_bind" in shown.splitlines()[-1]
    account = dict(line.split(maxsplit=1) for line in shown.splitlines()[1:-1])
    assert account["user"] == "1001"
    assert account["server"] == "127.0.0.1, port 5160 (UDP)"
    assert run("users", "phone", "lina").out.splitlines()[2].split()[1] == account["password"]
    renewed = run("users", "phone", "lina", "--new-secret").out.splitlines()[3].split()
    assert renewed[0] == "password"
    assert renewed[1] != account["password"]


def test_a_desk_phone_is_told_an_address_that_can_be_typed(
    run: Run, demo: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RINGDESK_ASTERISK__SIP_BIND", "0.0.0.0")
    monkeypatch.setattr(
        "ringdesk.installation.addresses.interface_addresses", lambda: ["127.0.0.1", "192.0.2.7"]
    )
    shown = run("users", "phone", "lina", "--kind", "desk").out
    assert "server    192.0.2.7, port 5160 (UDP)" in shown
    assert "sip_bind" not in shown


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["deactivate", "nobody"], "there is no user nobody"),
        (["deactivate", "admin"], "the only active administrator"),
        (["role", "admin", "agent"], "the only active administrator"),
        (["queues", "lina"], "name the queues that the user serves, or give --none"),
        (["queues", "lina", "sales", "--none"], "name the queues"),
        (["queues", "lina", "none"], "there is no queue none"),
        (["extension", "lina"], "name the extension, or give --none"),
        (["extension", "lina", "1002"], "taken by wangwei"),
        (["phone", "admin"], "admin has no phone"),
    ],
)
def test_a_change_that_cannot_be_is_refused_in_one_sentence(
    run: Run, demo: None, arguments: list[str], sentence: str
) -> None:
    before = run("users", "list").out
    refused = run("users", *arguments)
    assert (refused.status, refused.out) == (1, "")
    assert sentence in refused.err
    assert len(refused.err.strip().splitlines()) == 1
    assert run("users", "list").out == before
