"""Folders, ports, passwords, prompts, the test call and the program: small parts, one or two facts each."""

import asyncio
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asterisk_conf.checks.finding import Level
from asterisk_conf.checks.sound import check_rtp
from asterisk_conf.folders import AsteriskFolders
from asterisk_conf.lib_folder import prepare_lib
from asterisk_conf.ports import Port, Protocol, answers, asterisk_ports, first_refusal
from asterisk_conf.program import Program, find_in_copy
from asterisk_conf.prompts import SPOKEN, missing_prompts
from asterisk_conf.secrets import mark_of_test_calls, phone_password
from asterisk_conf.spec import ListenSpec, TelephonySpec
from asterisk_conf.test_call import test_call_action as action_of
from tests.unit.asterisk_conf.builders import SECRETS, folders, program


def test_the_control_socket_stays_short_enough_for_the_kernel(tmp_path: Path) -> None:
    near = AsteriskFolders(Path("/srv/ringdesk/asterisk"), tmp_path, tmp_path)
    far = AsteriskFolders(Path("/srv") / ("long/" * 30) / "asterisk", tmp_path, tmp_path)
    assert near.run == Path("/srv/ringdesk/asterisk/run")
    assert len(str(far.run / "asterisk.ctl")) < 108
    assert far.run != AsteriskFolders(far.root / "other", tmp_path, tmp_path).run


def test_the_folders_that_asterisk_does_not_make_are_made(tmp_path: Path) -> None:
    made = folders(tmp_path)
    made.make()
    assert made.cel.parent.is_dir()
    assert made.cdr.parent.is_dir()
    assert made.incoming_recordings.is_dir()


def test_prompts_are_found_by_language_and_by_path(tmp_path: Path) -> None:
    where, what = folders(tmp_path), program(tmp_path)
    (what.data / "sounds/en_US_f_Allison/digits").mkdir(parents=True)
    (what.data / "sounds/en_US_f_Allison/digits/1.gsm").touch()
    where.make()
    for language in ("zh", "en"):
        (where.prompts / language).mkdir(parents=True)
        (where.prompts / language / "queue_wait.wav").write_text(language)
    prepare_lib(where, what)
    prepare_lib(where, what)
    assert (where.sounds / "en/digits/1.gsm").is_file()
    assert (where.sounds / "zh/ringdesk/queue_wait.wav").read_text() == "zh"
    assert (where.sounds / "en/ringdesk/queue_wait.wav").read_text() == "en"
    assert (where.sounds / "ringdesk/zh/queue_wait.wav").read_text() == "zh"


def test_links_follow_a_new_copy_of_the_program(tmp_path: Path) -> None:
    where, old = folders(tmp_path), program(tmp_path)
    where.make()
    prepare_lib(where, old)
    new = Program(old.command, (22, 11, 0), old.sbin, old.modules, tmp_path / "newer", private=True)
    prepare_lib(where, new)
    assert (where.lib / "documentation").readlink() == tmp_path / "newer/documentation"


def test_a_phone_password_is_stable_secret_and_its_own() -> None:
    # A desk phone that was set up before there were epochs goes on working.
    assert phone_password("master", "1001", 0) == "b476c9a6ebd4f6240c583b68f5199f81"
    of = [("master", "1001", 0), ("master", "1002", 0), ("other", "1001", 0), ("master", "1001", 7)]
    assert len({phone_password(*one) for one in of}) == len(of)
    assert phone_password("master", "1001", 7) == phone_password("master", "1001", 7)


def test_the_dialplan_finds_every_prompt_it_speaks(tmp_path: Path) -> None:
    from asterisk_conf.render import rendered_texts

    texts = rendered_texts(TelephonySpec(SECRETS, demo=True), folders(tmp_path), program(tmp_path))
    for name in SPOKEN:
        if name != "queue_wait":  # spoken by a queue, and this spec has none
            assert f"ringdesk/{name})" in texts["extensions.conf"]


def test_missing_prompts_are_named(tmp_path: Path) -> None:
    assert len(missing_prompts(tmp_path)) == sum(map(len, SPOKEN.values()))
    for name, texts in SPOKEN.items():
        for language in texts:
            (tmp_path / language).mkdir(exist_ok=True)
            (tmp_path / language / f"{name}.wav").touch()
    (tmp_path / "zh/queue_wait.wav").unlink()
    assert missing_prompts(tmp_path) == ("zh/queue_wait.wav",)


def test_prompts_of_the_dialplan_cannot_clash_with_those_of_a_menu() -> None:
    assert not [name for name in SPOKEN if "-" in name]


MARK = mark_of_test_calls("master")


def test_the_mark_of_test_calls_is_a_secret_of_this_installation() -> None:
    assert mark_of_test_calls("another") != MARK
    assert phone_password("master", "test-call", 0) != MARK
    for mark in ("", "yes", MARK.upper(), MARK + "0", f"{MARK},RD_CALL=1"):
        with pytest.raises(ValueError, match="mark"):
            action_of("4001", "1", mark=mark)


def test_the_test_call_enters_like_any_other() -> None:
    action = action_of("4001", "+8613800138000", "1*#", mark=MARK, language="en", seconds=90).headers
    assert action["Channel"] == f"PJSIP/4001.{MARK}@loop"
    assert action["CallerID"] == "<+8613800138000>"
    assert action["Variable"] == "RD_TEST_KEYS=1*#,RD_TEST_LANGUAGE=en,RD_TEST_SECONDS=90"
    assert action["Async"] == "true"


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_a_test_call_carries_numbers_and_keys_only(hotline: str, number: str, keys: str) -> None:
    try:
        action = action_of(hotline, number, keys, mark=MARK).headers
    except ValueError:
        return
    assert set("".join(action.values())) <= set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+*#-_=,/@<>."
    )


def test_a_test_call_is_not_for_ever() -> None:
    with pytest.raises(ValueError, match="1 to 600 seconds"):
        action_of("4001", "1", mark=MARK, seconds=601)


def test_a_port_in_use_is_found() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        number = taken.getsockname()[1]
        port = Port("SIP", "sip_port", Protocol.UDP, "127.0.0.1", number)
        assert first_refusal([port]) == (
            f"Port {number} (udp, for SIP) is already in use by another program; "
            "stop that program or set another sip_port."
        )
    assert first_refusal([port]) is None


def test_an_address_of_another_machine_is_not_taken_for_a_port_in_use() -> None:
    elsewhere = Port("SIP", "sip_port", Protocol.UDP, "192.0.2.1", 5160)
    sentence = first_refusal([elsewhere])
    assert sentence is not None
    assert "cannot be opened on 192.0.2.1: Cannot assign requested address" in sentence


def test_wss_is_among_the_ports_when_listening() -> None:
    listen = ListenSpec("10.0.0.5", 8189, "/c.crt", "/c.key")
    assert [port.setting for port in asterisk_ports(TelephonySpec(SECRETS, listen=listen))] == [
        "sip_port",
        "http_port",
        "ami_port",
        "wss_port",
    ]


class _Sip(asyncio.DatagramProtocol):
    """Answers whatever comes."""

    def __init__(self, answer: bytes) -> None:
        self.answer = answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        assert data.startswith(b"OPTIONS sip:probe@")
        self.asked = data
        self.transport.sendto(self.answer, addr)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("answer", "is_sip"), [(b"SIP/2.0 401 Unauthorized\r\n\r\n", True), (b"hello", False)]
)
async def test_sip_answers_only_where_sip_is_spoken(answer: bytes, is_sip: bool) -> None:
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: _Sip(answer), local_addr=("127.0.0.1", 0)
    )
    number = transport.get_extra_info("sockname")[1]
    assert await answers(Port("SIP", "sip_port", Protocol.UDP, "127.0.0.1", number)) is is_sip
    transport.close()


@pytest.mark.parametrize(
    ("bound", "written"),
    [("0.0.0.0", "127.0.0.1"), ("::", "[::1]"), ("::1", "[::1]")],
)
async def test_sip_is_asked_at_the_address_that_it_is_bound_to(bound: str, written: str) -> None:
    sip = _Sip(b"SIP/2.0 200 OK\r\n\r\n")
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: sip, local_addr=(written.strip("[]"), 0)
    )
    number = transport.get_extra_info("sockname")[1]
    assert await answers(Port("SIP", "sip_port", Protocol.UDP, bound, number))
    assert sip.asked.startswith(f"OPTIONS sip:probe@{written}:{number} SIP/2.0\r\n".encode())
    assert f"Via: SIP/2.0/UDP {written}:".encode() in sip.asked
    transport.close()


async def test_a_closed_port_does_not_answer() -> None:
    with socket.socket() as closed, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mute:
        closed.bind(("127.0.0.1", 0))
        tcp, udp = closed.getsockname()[1], 0
        mute.bind(("127.0.0.1", 0))
        udp = mute.getsockname()[1]
        mute.close()
        assert not await answers(Port("AMI", "ami_port", Protocol.TCP, "127.0.0.1", tcp))
        assert not await answers(Port("SIP", "sip_port", Protocol.UDP, "127.0.0.1", udp))


def test_an_incomplete_copy_is_no_program(tmp_path: Path) -> None:
    assert find_in_copy(tmp_path) is None
    (tmp_path / "usr/sbin").mkdir(parents=True)
    (tmp_path / "usr/sbin/asterisk").touch()
    assert find_in_copy(tmp_path) is None


def test_a_machine_with_loopback_only_is_warned_about_silent_calls() -> None:
    spec = TelephonySpec(SECRETS)
    assert check_rtp(spec, ()).level is Level.WARN
    assert check_rtp(spec, ("10.0.0.7",)).level is Level.OK
