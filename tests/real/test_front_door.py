"""`ringdesk up` as its owner meets it: ready, one at a time, restarted, stopped, refused, served over TLS."""

import asyncio
import json
import os
import signal
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from asterisk_conf.admission import CALLS_A_NUMBER
from ringdesk.installation.addresses import interface_addresses
from ringdesk.supervision.process import ProcessIdentity
from tests.support.ringdesk_up import RingdeskUp, running_ringdesk
from tests.support.telephony.sip_phone import Refused, SipPhone
from tests.support.waiting import until

LOGINS = ("lina", "admin")
pytestmark = pytest.mark.timeout(300)


async def eventually(true: Callable[[], bool], within_s: float = 60) -> None:
    async with asyncio.timeout(within_s):
        while not true():  # noqa: ASYNC110 - other processes tell nobody
            await asyncio.sleep(0.05)


def alive(ringdesk: RingdeskUp) -> list[ProcessIdentity]:
    """Asterisk, service and watchdog as they run now."""
    found = (ProcessIdentity.of(ringdesk.pid(name)) for name in ("asterisk", "service", "watchdog"))
    return [identity for identity in found if identity is not None]


@pytest.fixture
async def ringdesk(tmp_path: Path) -> AsyncIterator[RingdeskUp]:
    async with running_ringdesk(tmp_path / "var") as running:
        yield running


async def test_it_takes_calls_says_so_and_leaves_nothing_behind(ringdesk: RingdeskUp) -> None:
    status, printed = await ringdesk.command("status", "--json")
    told = json.loads(printed)
    assert (status, told["takes_calls"]) == (0, True), printed
    assert {check["name"] for check in told["checks"]} >= {
        "Asterisk",
        "AMI",
        "Voice menu",
        "Watchdog",
        "Database",
    }
    assert (await ringdesk.command("asterisk", "check"))[0] == 0
    assert (await ringdesk.command("call", "4001", "--keys", "1", "--seconds", "5"))[0] == 0
    with pytest.raises(Refused):
        await (await SipPhone("13800138000", ringdesk.sip_port).open()).dial("nobody")
    refused = "1 of the last 24 hours by trunk: the number called is no hotline here"

    async def reported() -> bool:
        return refused in (await ringdesk.command("doctor"))[1]

    await until(reported)
    assert any("lina" in line and ringdesk.password("lina") in line for line in ringdesk.output)
    children = alive(ringdesk)
    assert len(children) == 3
    asterisk, *others = (os.getpriority(os.PRIO_PROCESS, child.pid) for child in children)
    assert others == [asterisk - 5] * 2

    shown = await ringdesk.command("demo", "passwords")
    assert ringdesk.password("admin") in shown[1]

    await ringdesk.stop()

    assert [child for child in children if child.alive] == []
    assert ringdesk.output[-1].endswith("everything is stopped")
    status, printed = await ringdesk.command("status")
    assert status == 1
    assert "Calls cannot be taken" in printed


async def test_who_is_turned_away_while_the_service_is_dead_is_counted_once(ringdesk: RingdeskUp) -> None:
    caller = await SipPhone("13800138000", ringdesk.sip_port).open()
    for _ in range(CALLS_A_NUMBER):
        await caller.dial("4001")
    # Live, while it is dead, and when the records are read once more from where the calls began.
    for before in ("", "kill", "kill and wait"):
        if before:
            ringdesk.kill("service")
        if before == "kill and wait":
            await ringdesk.until_healthy()
        with pytest.raises(Refused):
            await caller.dial("4001")
        await ringdesk.until_healthy()
    refused = "3 of the last 24 hours by trunk: too many at once from one number"

    async def reported() -> bool:
        return refused in (await ringdesk.command("doctor"))[1]

    await until(reported)
    caller.close()


async def test_a_second_one_and_a_taken_port_are_refused_in_a_sentence(
    ringdesk: RingdeskUp, tmp_path: Path
) -> None:
    status, printed = await ringdesk.command("up")
    assert status == 1
    assert "already runs here" in printed
    assert len(printed.strip().splitlines()) == 1

    other = RingdeskUp(tmp_path / "other")
    other.environment["RINGDESK_PORT"] = str(ringdesk.port)
    status, printed = await other.command("up")
    assert status == 1
    assert f"port {ringdesk.port}/tcp (the console) is used by python" in printed
    assert "RINGDESK_PORT" in printed
    assert not (tmp_path / "other" / "ringdesk.db").exists()
    assert (await ringdesk.command("status"))[0] == 0


async def test_the_demo_goes_and_comes_back_while_all_of_it_runs(ringdesk: RingdeskUp) -> None:
    dialplan = ringdesk.home / "asterisk" / "etc" / "extensions.conf"
    assert "4001" in dialplan.read_text()
    assert (await ringdesk.command("demo", "remove"))[0] == 0
    assert "4001" not in dialplan.read_text()
    status, printed = await ringdesk.command("call", "4001")
    assert (status, "there are no hotlines" in printed) == (1, True)

    assert (await ringdesk.command("demo", "add"))[0] == 0
    status, printed = await ringdesk.command("call", "4001", "--keys", "1", "--seconds", "5")
    assert status == 0, printed


@pytest.mark.parametrize("child", ["service", "watchdog", "asterisk"])
async def test_a_child_that_dies_is_started_again(ringdesk: RingdeskUp, child: str) -> None:
    killed = ringdesk.kill(child)
    await eventually(lambda: f"{child} runs again" in " ".join(ringdesk.output))
    assert ProcessIdentity.of(ringdesk.pid(child)) not in (None, killed)
    await ringdesk.until_healthy()
    assert any(f"{child} was ended by SIGKILL; starting it again" in line for line in ringdesk.output)


async def test_secrets_that_were_replaced_count_for_every_part_without_a_restart(
    ringdesk: RingdeskUp,
) -> None:
    for name, file in (("ami", "manager.conf"), ("ami-watchdog", "manager.conf"), ("agi", "extensions.conf")):
        secret = f"another-{name}-secret-that-is-more-than-long-enough"
        (ringdesk.home / "secrets" / name).write_text(f"{secret}\n")
        rendered = ringdesk.home / "asterisk" / "etc" / file
        await eventually(lambda secret=secret, rendered=rendered: secret in rendered.read_text())  # type: ignore[misc]
    ringdesk.kill("asterisk")
    await eventually(lambda: "asterisk runs again" in " ".join(ringdesk.output))
    await ringdesk.until_healthy()
    caller = await SipPhone("13800138000", ringdesk.sip_port).open()
    try:
        call = await caller.dial("4001")
        await ringdesk.until_caller_in("AGI")
        await call.hang_up()
    finally:
        caller.close()


async def test_the_next_one_takes_asterisk_over_from_a_killed_one_and_ends_the_rest(
    tmp_path: Path,
) -> None:
    first = RingdeskUp(tmp_path / "var")
    await first.start()
    left = alive(first)
    first.send(signal.SIGKILL)
    await first.stop()
    assert [child.alive for child in left] == [True, True, True]

    second = RingdeskUp(tmp_path / "var", ports_of=first)
    await second.start()
    try:
        assert [child.alive for child in left] == [True, False, False]
        assert sum("that an earlier run left behind" in line for line in second.output) == 2
        assert (await second.command("status"))[0] == 0
        # The passwords were told by the first start; this one names the command that shows them.
        assert not any(second.password(login) in line for login in LOGINS for line in second.output)
        assert any("ringdesk demo passwords" in line for line in second.output)
    finally:
        await second.stop()
    assert not any(child.alive for child in left)


async def test_stopped_in_the_middle_of_setting_up_it_leaves_nothing_running(tmp_path: Path) -> None:
    ringdesk = RingdeskUp(tmp_path / "var")
    starting = asyncio.create_task(ringdesk.start())
    await eventually(lambda: any("Configuration" in line for line in ringdesk.output))
    ringdesk.send(signal.SIGTERM)
    with pytest.raises(RuntimeError, match="stopped before everything was ready"):
        await starting
    assert ringdesk.status == 130
    assert not (tmp_path / "var" / "run" / "instance.json").exists()

    again = RingdeskUp(tmp_path / "var", ports_of=ringdesk)
    await again.start()
    await again.stop()
    assert again.status == 0


async def test_for_other_machines_it_serves_https_and_wss_by_its_own_authority(tmp_path: Path) -> None:
    address = next((found for found in interface_addresses() if not found.startswith("127.")), "0.0.0.0")
    ringdesk = RingdeskUp(tmp_path / "var")
    ringdesk.environment["RINGDESK_LISTEN"] = address
    await ringdesk.start()
    try:
        context = ssl.create_default_context(cafile=str(tmp_path / "var" / "certificates" / "authority.crt"))
        name = "localhost" if address == "0.0.0.0" else address
        for port in (ringdesk.port, ringdesk.wss_port):
            with socket.create_connection((name, port), timeout=10) as plain:
                await asyncio.to_thread(context.wrap_socket, plain, server_hostname=name)
        assert any(f"https://{address}:{ringdesk.port}/" in line for line in ringdesk.output)
        assert (await ringdesk.command("status"))[0] == 0
        assert os.stat(tmp_path / "var" / "certificates" / "server.key").st_mode & 0o077 == 0
    finally:
        await ringdesk.stop()
