"""What `ringdesk doctor` and `ringdesk status` say, of installations that are well and others."""

import io
import os
import resource
import shutil
import socket
import time
from collections import namedtuple
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from asterisk_conf.checks.finding import Level
from ringdesk.checks import browser, machine, taking_calls
from ringdesk.checks.finding import Finding, found_by
from ringdesk.checks.printing import print_findings
from ringdesk.checks.taking_calls import TakingCalls
from ringdesk.health.ask import Health
from ringdesk.installation import addresses, certificates
from ringdesk.installation.addresses import names_for
from ringdesk.installation.certificates import AuthorityFacts, ensure_certificate
from ringdesk.installation.home import Home
from ringdesk.installation.installation import Installation
from ringdesk.installation.secrets import SecretStore
from ringdesk.problem import Problem
from ringdesk.settings.sources import load
from tests.support.ports import free_ports

NOW = datetime.now(UTC)


def installation(folder: Path, **settings: Any) -> Installation:
    home = Home(folder / "var")
    home.make()
    return Installation(home, load(home, environment={}, **settings), SecretStore(home.secrets))


def test_a_full_disk_is_found_before_it_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    home = installation(tmp_path).home
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10**11, 10**11 - 10**9, 10**9))
    assert not machine.disk(home).well
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10**11, 0, 10**11))
    assert machine.disk(home).well


def test_a_clock_behind_its_own_files_is_found(tmp_path: Path) -> None:
    home = installation(tmp_path).home
    home.database_file.touch()
    assert machine.clock(home).well
    os.utime(home.database_file, (time.time() + 3600,) * 2)
    finding = machine.clock(home)
    assert not finding.well
    assert "behind" in finding.detail


def test_secrets_that_others_can_read_are_found(tmp_path: Path) -> None:
    own = installation(tmp_path)
    own.secrets.machine("ami")
    assert machine.secrets(own.home).well
    (own.home.secrets / "ami").chmod(0o640)
    finding = machine.secrets(own.home)
    assert not finding.well
    assert str(own.home.secrets / "ami") in finding.cure


@pytest.mark.parametrize(
    ("hard", "level", "detail"),
    [
        (1024, Level.WARN, "1024 allowed"),
        (4096, Level.OK, "4096 allowed"),
        (resource.RLIM_INFINITY, Level.OK, "as many as wanted"),
    ],
)
def test_few_files_are_found_by_what_is_allowed(
    hard: int, level: Level, detail: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda which: (256, hard))
    finding = machine.open_files()
    assert (finding.level, finding.detail) == (level, detail)


async def test_a_door_of_asterisk_that_is_shut_is_a_warning_while_the_service_is_inside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"asterisk": "up"}

    async def health(door: Path, *, timeout_s: float) -> Health:
        return Health(True, True, told)

    monkeypatch.setattr(taking_calls, "ask_health", health)
    (port,) = free_ports(1)
    own = installation(tmp_path, asterisk={"ami_port": port})
    findings = {f.name: f for f in await TakingCalls(own, None).findings()}
    assert findings["AMI"].level is Level.WARN
    assert findings["AMI"].detail.startswith(f"the service is signed in, but: AMI at 127.0.0.1:{port} cannot")
    told["asterisk"] = "down"
    findings = {f.name: f for f in await TakingCalls(own, None).findings()}
    assert findings["AMI"].level is Level.ERROR


def test_a_taken_port_is_found_only_while_nothing_runs(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        number = holder.getsockname()[1]
        own = installation(tmp_path, port=number)
        finding = machine.ports(own, None)
    assert not finding.well
    assert f"port {number}/tcp (the console) is used by" in finding.detail


def test_sound_ports_inside_the_range_of_clients_are_found(tmp_path: Path) -> None:
    range_file = tmp_path / "range"
    range_file.write_text("32768\t60999\n")
    assert machine.sound_ports(installation(tmp_path), range_file).level is Level.OK
    low = {"rtp_first": 32000, "rtp_last": 32999}
    assert machine.sound_ports(installation(tmp_path, asterisk=low), range_file).level is Level.WARN


def test_the_microphone_needs_this_machine_or_a_good_certificate(tmp_path: Path) -> None:
    assert browser.microphone(installation(tmp_path), NOW).well
    far = installation(tmp_path, listen="192.0.2.7")
    assert "no certificate" in browser.microphone(far, NOW).detail
    ensure_certificate(far.home.certificates, ["192.0.2.8"], NOW)
    assert "does not name 192.0.2.7" in browser.microphone(far, NOW).detail
    ensure_certificate(far.home.certificates, names_for("192.0.2.7"), NOW)
    assert browser.microphone(far, NOW).well
    assert "expired" in browser.microphone(far, NOW + timedelta(days=400)).detail


def test_an_address_that_came_later_is_named_with_the_way_to_a_new_authority(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    far = installation(tmp_path, listen="0.0.0.0")
    monkeypatch.setattr(addresses, "interface_addresses", lambda: ["127.0.0.1", "192.0.2.7"])
    ensure_certificate(far.home.certificates, names_for("0.0.0.0"), NOW)
    assert browser.microphone(far, NOW).level is Level.OK
    assert browser.authority(far).level is Level.OK
    monkeypatch.setattr(addresses, "interface_addresses", lambda: ["192.0.2.7", "172.17.0.1"])
    ensure_certificate(far.home.certificates, names_for("0.0.0.0"), NOW)
    finding = browser.microphone(far, NOW)
    assert finding.level is Level.WARN
    assert "172.17.0.1" in finding.detail
    assert "192.0.2.7" not in finding.detail
    assert f"remove {far.home.certificates / 'authority.key'}" in finding.cure


def test_an_authority_without_limits_is_named_with_its_renewal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    far = installation(tmp_path, listen="192.0.2.7")
    assert browser.authority(far).level is Level.OK
    monkeypatch.setattr(certificates, "_authority_facts", lambda _: AuthorityFacts(None))
    ensure_certificate(far.home.certificates, names_for("192.0.2.7"), NOW)
    finding = browser.authority(far)
    assert finding.level is Level.WARN
    assert "can pretend to be any site" in finding.detail
    assert "import" in finding.cure


async def test_a_check_that_fails_itself_is_a_finding() -> None:
    async def in_words() -> Finding:
        raise Problem("the database is locked")

    async def unforeseen() -> Finding:
        raise KeyError("x")

    assert await found_by("Database", in_words) == Finding("Database", Level.ERROR, "the database is locked")
    assert await found_by("Database", unforeseen) == Finding("Database", Level.ERROR, "KeyError: 'x'")


def test_findings_are_told_in_words_with_the_cure_for_faults_only() -> None:
    out = io.StringIO()
    findings = [
        Finding("Disk", Level.OK, "80 GB free", "make room"),
        Finding("Clock", Level.ERROR, "[behind]", "set it"),
    ]
    print_findings(findings, Console(file=out, soft_wrap=True, highlight=False))
    assert out.getvalue().splitlines() == [
        "  ok    Disk   80 GB free",
        "  FAIL  Clock  [behind]",
        "               → set it",
    ]


async def test_a_database_that_takes_nothing_is_no_reason_to_refuse_calls(tmp_path: Path) -> None:
    own = installation(tmp_path)
    own.home.database_file.write_text("this is not a database, and it is longer than a header of one" * 20)
    findings = {finding.name: finding for finding in await TakingCalls(own, None).findings()}
    assert findings["Database"].level is Level.WARN
    assert findings["Database"].detail == (
        "the database cannot be used: file is not a database; calls go on and are recorded later"
    )


async def test_what_is_amiss_in_a_service_that_takes_calls_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def health(door: Path, *, timeout_s: float) -> Health:
        return Health(True, True, {"asterisk": "up", "flows": "service.yaml:3: error: no such step"})

    monkeypatch.setattr(taking_calls, "ask_health", health)
    findings = {f.name: f for f in await TakingCalls(installation(tmp_path), None).findings()}
    assert findings["Service"].level is Level.WARN
    assert findings["Service"].detail == "flows: service.yaml:3: error: no such step"


async def test_without_anything_running_no_call_can_be_taken(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound and not listening: nobody answers here, whoever else runs
        number = unused.getsockname()[1]
        ports = {"ami_port": number, "agi_port": number, "http_port": number}
        own = installation(tmp_path, port=number, asterisk=ports)
        findings = {finding.name: finding for finding in await TakingCalls(own, None).findings()}
    assert [name for name, finding in findings.items() if finding.well] == []
    assert findings["Asterisk"].detail == "does not run"
    assert "cannot be reached" in findings["AMI"].detail
    assert "scripts/up" in findings["Service"].cure
