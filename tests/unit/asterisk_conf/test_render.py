"""The rendered files: secret, whole, unchanged when nothing changed, and safe by what they say."""

import configparser
import re
from dataclasses import replace
from pathlib import Path

import pytest

from asterisk_conf.problem import AsteriskProblem
from asterisk_conf.records import CEL_COLUMNS
from asterisk_conf.render import DROPPED_EVENTS, render, rendered_texts
from asterisk_conf.secrets import phone_password
from asterisk_conf.spec import (
    AgentSpec,
    HotlineSpec,
    ListenSpec,
    PhoneKind,
    QueueSpec,
    TelephonySpec,
    TrunkSpec,
    WhenEmpty,
)
from cti.ami.normaliser import WANTED
from tests.unit.asterisk_conf.builders import SECRETS, folders, program

SPEC = TelephonySpec(
    SECRETS,
    hotlines=(HotlineSpec("4001", "service"),),
    queues=(QueueSpec("service"), QueueSpec("night", when_empty=WhenEmpty.LEAVE, announce_every_seconds=0)),
    agents=(AgentSpec("1001"), AgentSpec("1002", PhoneKind.DESK)),
)
LISTEN = ListenSpec("10.1.2.3", 8189, "/home/me/var/certificates/server.crt", "/home/me/var/server.key")


@pytest.fixture
def texts(tmp_path: Path) -> dict[str, str]:
    return rendered_texts(SPEC, folders(tmp_path), program(tmp_path))


def section(text: str, name: str) -> str:
    """The lines of a section up to the next one; with several of a name, the first."""
    return text.partition(f"[{name}]")[2].partition("\n[")[0]


def test_every_file_is_for_its_owner_only(tmp_path: Path) -> None:
    written = render(SPEC, folders(tmp_path), program(tmp_path))
    assert {path.name for path in written} >= {"pjsip.conf", "manager.conf", "extensions.conf", "queues.conf"}
    assert {oct(path.stat().st_mode & 0o777) for path in written} == {"0o600"}
    assert (tmp_path / "asterisk").stat().st_mode & 0o077 == 0


def test_only_what_changed_is_written_again(tmp_path: Path) -> None:
    render(SPEC, folders(tmp_path), program(tmp_path))
    assert render(SPEC, folders(tmp_path), program(tmp_path)) == ()
    more = replace(SPEC, agents=(*SPEC.agents, AgentSpec("1003")))
    changed = render(more, folders(tmp_path), program(tmp_path))
    assert {path.name for path in changed} == {"pjsip.conf", "extensions.conf"}


def test_a_file_that_was_opened_to_others_is_closed_again(tmp_path: Path) -> None:
    render(SPEC, folders(tmp_path), program(tmp_path))
    secret = folders(tmp_path).etc / "manager.conf"
    secret.chmod(0o644)
    assert render(SPEC, folders(tmp_path), program(tmp_path)) == (secret,)
    assert secret.stat().st_mode & 0o777 == 0o600


def test_a_folder_that_asterisk_cannot_read_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(AsteriskProblem, match=r"cannot use the folder .* move Ringdesk"):
        render(SPEC, folders(tmp_path / "a;b"), program(tmp_path))


def test_everything_listens_on_loopback(texts: dict[str, str]) -> None:
    bound = re.findall(r"^(?:tls)?bind(?:addr)? = (\S+)", "\n".join(texts.values()), re.MULTILINE)
    assert bound
    assert {address.partition(":")[0] for address in bound} == {"127.0.0.1"}


def test_listening_opens_wss_there_and_nothing_else(tmp_path: Path) -> None:
    opened = rendered_texts(replace(SPEC, listen=LISTEN), folders(tmp_path), program(tmp_path))
    assert "tlsbindaddr = 10.1.2.3:8189" in opened["http.conf"]
    assert "bindaddr = 127.0.0.1" in opened["http.conf"]
    assert "bind = 127.0.0.1:5160" in opened["pjsip.conf"]
    assert "media_address = 10.1.2.3" in section(opened["pjsip.conf"], "browser-phone")
    assert "bindaddr = 127.0.0.1" in opened["manager.conf"]


def test_an_ipv6_address_is_bracketed(tmp_path: Path) -> None:
    opened = rendered_texts(
        replace(SPEC, listen=replace(LISTEN, address="fd00::2")), folders(tmp_path), program(tmp_path)
    )
    assert "tlsbindaddr = [fd00::2]:8189" in opened["http.conf"]


def test_sip_on_an_address_of_its_own_is_where_the_test_caller_calls(tmp_path: Path) -> None:
    for address, written in (("192.0.2.7", "192.0.2.7"), ("fd00::2", "[fd00::2]")):
        bound = rendered_texts(replace(SPEC, sip_bind=address), folders(tmp_path), program(tmp_path))
        assert f"bind = {written}:5160\n" in bound["pjsip.conf"]
        assert bound["pjsip.conf"].count(f"contact = sip:{written}:5160\n") == 2  # the trunk's and the loop's


def test_a_trunks_call_is_asked_for_now_and_then_and_never_ended_by_silence(texts: dict[str, str]) -> None:
    line = section(texts["pjsip.conf"], "line")
    assert "timers = always\ntimers_sess_expires = 300\n" in line
    assert "rtp_timeout" not in line


def test_a_browser_always_sends_and_a_desk_phone_need_not(texts: dict[str, str]) -> None:
    assert "rtp_timeout = 60\nrtp_timeout_hold = 900\n" in section(texts["pjsip.conf"], "browser-phone")
    desk = section(texts["pjsip.conf"], "desk-phone")
    assert "rtp_timeout = 0\ntimers = always\ntimers_sess_expires = 90\n" in desk


def test_each_phone_has_the_password_that_the_console_derives(texts: dict[str, str]) -> None:
    for extension in ("1001", "1002"):
        assert f"password = {phone_password(SECRETS.master, extension, 0)}\n" in texts["pjsip.conf"]


def test_a_browser_and_a_desk_phone_differ(texts: dict[str, str]) -> None:
    assert "[1001](browser-phone)" in texts["pjsip.conf"]
    assert "[1002](desk-phone)" in texts["pjsip.conf"]


def test_a_trunk_is_known_by_its_address_only(texts: dict[str, str]) -> None:
    assert "identify_by = ip" in section(texts["pjsip.conf"], "line")
    assert "identify_by = auth_username\n" in section(texts["pjsip.conf"], "phone")
    assert "endpoint_identifier_order = auth_username,header,ip\n" in texts["pjsip.conf"]


def test_a_trunk_that_registers(tmp_path: Path) -> None:
    carrier = TrunkSpec(
        "carrier", "sip.carrier.example", 5070, ("10.0.0.0/24",), "me", "pass-word-1", registers=True
    )
    text = rendered_texts(replace(SPEC, trunks=(carrier,)), folders(tmp_path), program(tmp_path))[
        "pjsip.conf"
    ]
    assert "server_uri = sip:sip.carrier.example:5070" in text
    assert "client_uri = sip:me@sip.carrier.example:5070" in text
    assert "match = 10.0.0.0/24" in text
    assert "media_address" not in section(text, "carrier")


def test_no_dropped_event_is_one_that_the_floor_needs(texts: dict[str, str]) -> None:
    assert not {name.encode() for name in DROPPED_EVENTS} & WANTED
    assert texts["manager.conf"].count("eventfilter = !") == len(DROPPED_EVENTS) + 1


def test_the_accounts_cannot_run_programs_or_change_files(texts: dict[str, str]) -> None:
    granted = set(
        re.findall(r"\w+", " ".join(re.findall(r"^write = (.*)$", texts["manager.conf"], re.MULTILINE)))
    )
    assert granted == {"call", "agent", "originate", "reporting", "user"}
    watchdog = section(texts["manager.conf"], "watchdog")
    assert "write = call,agent,reporting" in watchdog
    assert "read = system\n" in watchdog


def test_the_cel_file_has_the_columns_that_the_reconciler_reads(texts: dict[str, str]) -> None:
    mapping = texts["cel_custom.conf"].partition("ringdesk.csv => ")[2].strip()
    assert len(re.findall(r"\$\{CSV_QUOTE\(", mapping)) == len(CEL_COLUMNS)
    assert {"eventtime", "uniqueid", "linkedid", "accountcode", "eventextra"} <= set(CEL_COLUMNS)


def test_no_billing_file_for_each_call(texts: dict[str, str]) -> None:
    assert "accountlogs = no" in texts["cdr.conf"]


def test_an_empty_queue_waits_or_is_left(texts: dict[str, str]) -> None:
    assert "joinempty = yes" in section(texts["queues.conf"], "service")
    night = section(texts["queues.conf"], "night")
    assert "leavewhenempty = invalid" in night
    assert "periodic-announce" not in night


def test_who_lets_it_ring_is_paused_and_who_is_busy_is_not(texts: dict[str, str]) -> None:
    service = section(texts["queues.conf"], "service")
    assert "autopause = all" in service
    assert "autopausebusy = no" in service
    assert "ringinuse = no" in service


def test_only_named_modules_are_loaded(texts: dict[str, str]) -> None:
    assert "autoload = no" in texts["modules.conf"]
    for dangerous in (
        "app_system",
        "func_shell",
        "func_env",
        "func_curl",
        "res_ari",
        "pbx_spool",
        "func_realtime",
    ):
        assert f"{dangerous}.so" not in texts["modules.conf"]


def test_every_file_says_who_wrote_it(texts: dict[str, str]) -> None:
    assert {name for name, text in texts.items() if not text.startswith("; Rendered by Ringdesk")} == set()


def test_every_file_is_read_by_a_strict_parser(texts: dict[str, str]) -> None:
    for name, text in texts.items():
        parser = configparser.RawConfigParser(
            strict=False, delimiters=("=>", "="), comment_prefixes=(";",), interpolation=None
        )
        parser.read_string(text, source=name)
