"""The service whole, in this process and without an Asterisk: in which order it opens and closes."""

import asyncio
import gc
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from asterisk_conf.secrets import capture_key, mark_of_test_calls
from cti.control.commands import Dial, PlaceTestCall, Refused
from cti.domain.events import LinkUp
from cti.reconciler.reader import CEL_FILE
from ringdesk.assembly.core import utc_now
from ringdesk.assembly.doors import console
from ringdesk.assembly.open_files import raise_limit, shares
from ringdesk.assembly.part import nothing
from ringdesk.assembly.service import Service
from ringdesk.assembly.telephony import test_caller as action_of_test_calls
from ringdesk.health.ask import ask_health
from ringdesk.installation.home import Home
from ringdesk.installation.installation import Installation
from storage.records import RefusalRecord
from storage.repositories.job_keeping import JobSchedules
from storage.repositories.journal import Journal
from storage.repositories.refused_calls import RefusedCalls
from storage.repositories.routing import Hotlines
from storage.tables import Hotline
from tests.support.ports import free_ports
from tests.support.records import csv_line, entry
from tests.support.waiting import until
from tests.unit.cti.refused.test_hep import packet
from tests.unit.cti.refused.test_keeper import ANSWER, INVITE


@pytest.fixture
def installation(demo: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """With ports of its own and without flows, whose prompts would have to be spoken first."""
    flows = tmp_path / "flows"
    flows.mkdir()
    monkeypatch.setenv("RINGDESK_IVR__FLOWS_FOLDER", str(flows))
    ports = ("PORT", "ASTERISK__AGI_PORT", "ASTERISK__AMI_PORT", "ASTERISK__CAPTURE_PORT")
    for name, port in zip(ports, free_ports(len(ports)), strict=True):
        monkeypatch.setenv(f"RINGDESK_{name}", str(port))
    return Installation.open()


@asynccontextmanager
async def built(installation: Installation) -> AsyncIterator[Service]:
    """All its parts loaded, none of them at work."""
    database = installation.database()
    try:
        service = await Service.build(installation, database, shares(raise_limit()))
        await service.load()
        yield service
    finally:
        await database.close()


@asynccontextmanager
async def serving(installation: Installation) -> AsyncIterator[asyncio.Task[None]]:
    async with built(installation) as service:
        task = asyncio.create_task(service.serve())
        try:
            yield task
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def takes_callers(installation: Installation) -> bool:
    """Whether Asterisk could bring a caller to the menus at this moment."""
    with socket.socket() as asterisk:
        return asterisk.connect_ex(("127.0.0.1", installation.settings.asterisk.agi_port)) == 0


async def test_a_service_that_takes_callers_is_one_of_which_the_watchdog_hears(
    home: Home, installation: Installation
) -> None:
    """The watchdog would move its callers on."""
    async with serving(installation) as task:
        # At every turn of the event loop, for the watchdog may look at any moment.
        while not takes_callers(installation):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0)
        assert (await ask_health(home.service_door)).answered
        task.cancel()
        while takes_callers(installation):
            assert home.service_door.exists()
            await asyncio.sleep(0)


async def test_a_hotline_that_was_added_is_known_without_a_restart(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ringdesk.assembly.office.LOOK_EVERY_S", 0.01)
    async with built(installation) as service:
        running = asyncio.create_task(service.serve())
        async with installation.open_database() as database, database.transaction() as session:
            await Hotlines(session).put(
                Hotline(number="4009", name="New", flow="service", language="en", fallback_queue="sales")
            )

        async def known() -> bool:
            return "4009" in service.firm.office.hotlines

        await until(known)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_what_an_earlier_run_left_is_written_before_anybody_asks_what_was_true(
    installation: Installation,
) -> None:
    async with built(installation) as service:
        loaded = [part.name for part in service.parts if part.load is not nothing]
        assert loaded == ["recorder", "Asterisk link", "refused calls", "line out", "office", "flows"]
        checks = [check.name for part in service.parts for check in part.health()]
        assert checks == [
            "asterisk",
            "storage",
            "recordings",
            "line out",
            "configuration",
            "flows",
            "menus",
            "jobs",
        ]


TRUNK = """
[crm]
home_region = "GB"
[[asterisk.trunks]]
name = "carrier"
host = "198.51.100.7"
forbidden_numbers = ["+4420*"]
"""


async def test_what_is_dialled_goes_by_the_rules_of_the_trunk_and_of_the_country(
    home: Home, installation: Installation
) -> None:
    (home.root / "ringdesk.toml").write_text(TRUNK)
    async with built(Installation.open()) as service:
        service.core.live.observe(LinkUp(at=utc_now()))
        for number, code in (("02079460000", "forbidden_number"), ("09011234567", "premium_number")):
            with pytest.raises(Refused) as refused:
                await service.line.control.execute(Dial("1001", number))
            assert refused.value.code == code
        given = console(service.core, service.line, dict)
        assert [given.is_emergency(number) for number in ("999", "120")] == [True, False]


def test_a_test_call_carries_the_mark_of_this_installation_and_a_wrong_one_is_refused(
    installation: Installation,
) -> None:
    action_of = action_of_test_calls(installation.secrets.watched("phones"))
    mark = mark_of_test_calls(installation.secrets.machine("phones"))
    assert f"/4001.{mark}@" in action_of(PlaceTestCall("4001", "138")).headers["Channel"]
    with pytest.raises(Refused) as refused:
        action_of(PlaceTestCall("4001", "138", keys="1,2"))
    assert refused.value.code == "bad_test_call"


def earlier(uid: str, days: int = 0) -> RefusalRecord:
    """A line that an earlier run of the service wrote."""
    moment = utc_now() - timedelta(days=days)
    return RefusalRecord(uid, moment, moment, 4, "unknown_number", "", "139", "7777", "10.0.0.9", "")


async def test_calls_that_never_entered_are_heard_of_both_ways_written_down_and_an_alarm(
    installation: Installation,
) -> None:
    """By SIP as it passes, and by Asterisk's records; what an earlier run wrote counts until it is old."""
    key = capture_key(installation.secrets.machine("ami"))
    cel = installation.asterisk_folders.log / CEL_FILE
    cel.parent.mkdir(parents=True)
    async with installation.open_database() as database, database.transaction() as session:
        await Journal(session).write_refusals([earlier("old", days=31), earlier("recent")])
        # The service was away when it was to be deleted.
        await JobSchedules(session).begin("refused_calls.forget", utc_now() - timedelta(hours=2))
    async with built(installation) as service:
        serving = asyncio.create_task(service.serve())
        ears = ("127.0.0.1", installation.settings.asterisk.capture_port)
        to_us = installation.settings.asterisk.sip_port

        async def lines() -> set[str]:
            async with service.core.database.session() as session:
                return {row.cause for row in await RefusedCalls(session).newest()}

        async def heard() -> bool:
            for message in (INVITE, ANSWER):
                asterisk.sendto(packet(message, at=utc_now(), key=key, destination_port=to_us), ears)
            items = service.core.floor.system.refusals
            return [(item.cause, item.count) for item in items] == [("unknown_number", 5)]

        with socket.socket(type=socket.SOCK_DGRAM) as asterisk:
            await until(heard)
        away = entry("RD_TURNED_AWAY", 0, extra='{"extra":"calls|carrier|4001"}')
        cel.write_bytes(csv_line(replace(away, at=utc_now())))
        await service.line.reconciler.catch_up(None)

        async def written() -> bool:
            return await lines() == {"unknown_number", "call_limit"}

        await until(written)

        async def forgotten() -> bool:
            async with service.core.database.session() as session:
                return "old" not in {row.uid for row in await RefusedCalls(session).newest()}

        await until(forgotten)
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


async def test_what_was_loaded_is_not_looked_through_for_garbage_while_calls_wait(
    home: Home, installation: Installation
) -> None:
    gc.unfreeze()
    async with serving(installation):

        async def answers() -> bool:
            return home.service_door.exists() and (await ask_health(home.service_door)).answered

        await until(answers)
        assert gc.get_freeze_count() > 10 * len(gc.get_objects())
