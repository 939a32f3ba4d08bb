"""Asterisk as a process: started, asked, reloaded, killed, started again; and one that is not ours."""

import asyncio
import contextlib
import dataclasses
import os
import signal
import socket
import sqlite3
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from asterisk_conf import render
from asterisk_conf.modules import WANTED
from asterisk_conf.owners_asterisk import OwnersAsterisk
from asterisk_conf.private_asterisk import PrivateAsterisk
from asterisk_conf.problem import AsteriskProblem
from asterisk_conf.spec import AgentSpec, ListenSpec, PhoneKind
from tests.support.ports import free_ports
from tests.support.telephony.lab import (
    Lab,
    add_member,
    copies_folder,
    demo_spec,
    running_lab,
    telephony_ports,
)
from tests.support.waiting import until


async def test_status_before_during_and_after(tmp_path: Path) -> None:
    async with running_lab(tmp_path) as lab:
        now = await lab.asterisk.status()
        assert now.running
        assert now.ready
        assert now.calls == 0
        assert now.version is not None
        another = PrivateAsterisk(lab.spec, lab.folders, copies_folder())
        assert (await another.start()).pid == now.pid
    gone = await lab.asterisk.status()
    assert (gone.running, gone.ready, gone.pid) == (False, False, None)
    await lab.asterisk.stop()


async def test_asking_again_and_again_gets_an_answer_each_time(tmp_path: Path) -> None:
    async with running_lab(tmp_path) as lab:
        answers = [await lab.asterisk.status() for _ in range(10)]
    assert [answer.silent_ports for answer in answers] == [()] * 10


async def test_port_in_use_is_one_clear_sentence_and_nothing_is_left(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        lab = Lab(demo_spec(ports=dataclasses.replace(telephony_ports(), ami=number)), tmp_path)
        sentence = rf"Port {number} \(tcp, for AMI\) is already in use by another program; .*ami_port"
        with pytest.raises(AsteriskProblem, match=sentence):
            await lab.asterisk.start()
    assert lab.asterisk.pid() is None


async def test_asterisk_that_cannot_start_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = Lab(demo_spec(), tmp_path)
    monkeypatch.setattr(
        lab.asterisk, "command_line", lambda: ("/bin/sh", "-c", "echo no such library; exit 1")
    )
    with pytest.raises(AsteriskProblem, match="Asterisk ended at once: no such library"):
        await lab.asterisk.start()
    assert lab.asterisk.pid() is None


async def test_asterisk_that_boots_without_a_part_that_calls_need_is_no_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render, "WANTED", tuple(name for name in WANTED if name != "res_pjsip_pubsub"))
    lab = Lab(demo_spec(), tmp_path)
    await lab.asterisk.install(lambda line: None)
    with pytest.raises(AsteriskProblem, match="started without chan_pjsip, so it cannot take calls"):
        await lab.asterisk.start()
    assert lab.asterisk.pid() is None


async def test_pid_file_of_another_program_is_not_believed(tmp_path: Path) -> None:
    lab = Lab(demo_spec(), tmp_path)
    lab.folders.make()
    lab.asterisk.record(os.getpid())
    assert lab.asterisk.pid() is None
    await lab.asterisk.stop()


async def test_reload_adds_an_agent_without_touching_a_call(lab: Lab) -> None:
    ami = await lab.tap()
    call = await (await lab.caller()).dial("4001")
    await ami.wait("QueueCallerJoin")
    assert await lab.asterisk.reload() == ()
    more = dataclasses.replace(lab.spec, agents=(*lab.spec.agents, AgentSpec("1004", PhoneKind.DESK)))
    changed = lab.asterisk.render(more)
    assert {path.name for path in changed} == {"pjsip.conf", "extensions.conf"}
    await lab.asterisk.command("core reload")
    agent = await lab.agent("1004", "service", ami=ami)
    await (await agent.ring()).answer()
    assert not call.ended.is_set()


async def test_reload_loads_what_the_new_configuration_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after an update, when Asterisk runs on: callers would miss the menu without the digest."""
    with monkeypatch.context() as older:
        older.setattr(render, "WANTED", tuple(name for name in WANTED if name != "func_sha1"))
        async with running_lab(tmp_path) as lab:
            older.undo()
            assert "func_sha1" not in await lab.asterisk.command("module show like func_sha1")
            await lab.asterisk.reload()
            assert "Running" in await lab.asterisk.command("module show like func_sha1")


async def test_members_pauses_and_reasons_survive_a_death(lab: Lab) -> None:
    ami = await lab.tap()
    await add_member(ami, "service", "1001", Penalty="2")
    await ami.action("QueuePause", Interface="PJSIP/1001", Paused="true", Reason="lunch")

    async def is_written_down() -> bool:
        return "lunch" in persistent_members(lab)

    await until(is_written_down)
    pid = lab.asterisk.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    await asyncio.to_thread(os.waitpid, pid, 0)
    await lab.asterisk.start()
    again = await lab.tap()
    await again.action("QueueStatus")
    member = await again.wait("QueueMember")
    assert (member["Name"], member["Penalty"], member["Paused"], member["PausedReason"]) == (
        "1001",
        "2",
        "1",
        "lunch",
    )


def persistent_members(lab: Lab) -> str:
    """What Asterisk wrote down about queue members; it commits once a second."""
    uri = f"file:{lab.folders.db / 'astdb.sqlite3'}?mode=ro"
    with contextlib.closing(sqlite3.connect(uri, uri=True)) as database:
        rows = database.execute("SELECT value FROM astdb WHERE key LIKE '/Queue/PersistentMembers/%'")
        return "\n".join(str(value) for (value,) in rows)


async def test_console_commands_of_an_asterisk_that_is_away_are_refused(tmp_path: Path) -> None:
    lab = Lab(demo_spec(), tmp_path)
    lab.asterisk.render()
    with pytest.raises(AsteriskProblem, match="not running"):
        await lab.asterisk.command("core show version")


async def test_watchdogs_account_cannot_place_calls(lab: Lab) -> None:
    ami = await lab.tap("watchdog")
    reply = await ami.action("Originate", Channel="PJSIP/4001@loop", Application="Wait", Data="1")
    assert (reply["Response"], reply["Message"]) == ("Error", "Permission denied")


async def test_the_services_account_cannot_run_commands_or_programs(lab: Lab) -> None:
    ami = await lab.tap()
    for action, fields in (
        ("Command", {"Command": "core show version"}),
        ("UpdateConfig", {"SrcFilename": "manager.conf", "DstFilename": "manager.conf"}),
        ("ModuleLoad", {"Module": "app_system.so", "LoadType": "load"}),
    ):
        assert (await ami.action(action, **fields))["Message"] == "Permission denied"
    program = f"{lab.folders.root}/x.wav,,touch {lab.folders.root}/OWNED"
    reply = await ami.action("Originate", Channel="PJSIP/4001@loop", Application="MixMonitor", Data=program)
    assert reply["Message"] == "Originate Access Forbidden: app or data blacklisted"


async def test_listening_serves_the_phones_websocket_over_tls(tmp_path: Path) -> None:
    certificate, key = tmp_path / "server.crt", tmp_path / "server.key"
    _write_certificate(certificate, key)
    (number,) = free_ports(1)
    listen = ListenSpec("127.0.0.1", number, str(certificate), str(key))
    async with running_lab(tmp_path / "lab", listen=listen):
        trust = ssl.create_default_context(cafile=str(certificate))
        trust.check_hostname = False
        reader, writer = await asyncio.open_connection("127.0.0.1", number, ssl=trust)
        writer.write(
            b"GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Protocol: sip\r\n\r\n"
        )
        assert b"101 Switching Protocols" in await reader.readline()
        writer.close()


def _write_certificate(certificate: Path, key: Path) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .sign(private, hashes.SHA256())
    )
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    key.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


async def test_an_asterisk_of_the_owner_reads_what_we_render_and_is_never_stopped(tmp_path: Path) -> None:
    """The owner's process here is one that this test starts, with an asterisk.conf of its own."""
    lab = Lab(demo_spec(), tmp_path / "lab")
    await lab.asterisk.install(lambda line: None)
    lab.asterisk.render()
    program = lab.asterisk.program()
    assert program is not None
    etc = tmp_path / "owner"
    etc.mkdir()
    directories = lab.folders.asterisk_conf.read_text()
    (etc / "asterisk.conf").write_text(directories.replace(str(lab.folders.etc), str(etc)))
    own = dataclasses.replace(lab.folders, own_etc=etc, own_log=lab.folders.log)
    theirs = OwnersAsterisk(lab.spec, own, group=None, program=program)
    assert "pjsip.conf" in {path.name for path in theirs.render()}
    assert (etc / "asterisk.conf").read_text().startswith("; Rendered") is True
    assert not (await theirs.status()).running
    with pytest.raises(AsteriskProblem, match="does not answer on SIP"):
        await theirs.start()

    async def is_ready() -> bool:
        return (await theirs.status()).ready

    process = await asyncio.create_subprocess_exec(*program.command, "-f", "-C", str(etc / "asterisk.conf"))
    try:
        await until(is_ready)
        assert (await theirs.start()).ready
        ami = await lab.tap()
        await (await lab.caller()).dial("4001")
        await ami.wait("QueueCallerJoin")
        await theirs.stop()
        assert process.returncode is None
    finally:
        await lab.close()
        process.terminate()
        await process.wait()


def test_files_of_the_owner_are_never_overwritten(tmp_path: Path) -> None:
    lab = Lab(demo_spec(), tmp_path / "lab")
    etc = tmp_path / "owner"
    etc.mkdir()
    (etc / "pjsip.conf").write_text("[mine]\n")
    own = dataclasses.replace(lab.folders, own_etc=etc)
    theirs = OwnersAsterisk(lab.spec, own, group=None, program=lab.asterisk.program())
    with pytest.raises(AsteriskProblem, match=r"pjsip\.conf was not written by Ringdesk"):
        theirs.render()
    assert [path.name for path in etc.iterdir()] == ["pjsip.conf"]
    assert (etc / "pjsip.conf").read_text() == "[mine]\n"
