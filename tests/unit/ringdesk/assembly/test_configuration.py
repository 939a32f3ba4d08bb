"""The service brings into Asterisk what changed in database and secrets, once, and survives what is away."""

import asyncio
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from asterisk_conf.problem import AsteriskProblem
from asterisk_conf.secrets import phone_password
from asterisk_conf.spec import TelephonySpec
from office.staff import deactivate, renew_phone_password
from ringdesk.assembly import configuration
from ringdesk.assembly.configuration import KeepsConfiguration
from ringdesk.assembly.office import OfficeMark
from ringdesk.installation.home import Home
from ringdesk.installation.installation import Installation
from ringdesk.installation.secrets import SecretStore
from ringdesk.settings.settings import Settings
from storage.database import Database
from storage.repositories.users import Agents, Users
from tests.support.operators import OPERATOR
from tests.unit.storage.builders import NOON, later


@pytest.fixture
async def database(db: Database) -> Database:
    async with db.transaction() as session:
        user = await Users(session).add(
            login="lina", name="L", password_hash="-", role="agent", created_at=NOON
        )
        await Agents(session).add(extension="1001", user_id=user.id, phone_epoch=5)
    return db


class Applied:
    """Stands for Asterisk: keeps each spec that it was brought."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.specs: list[TelephonySpec] = []
        self.trouble: Exception | None = None
        self.came = asyncio.Event()
        monkeypatch.setattr(configuration, "apply", lambda asterisk, spec: self._apply(spec))

    async def _apply(self, spec: TelephonySpec) -> tuple[Path, ...]:
        if self.trouble is not None:
            raise self.trouble
        self.specs.append(spec)
        self.came.set()
        return ()


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    home = Home(tmp_path / "var")
    home.make()
    return Installation(home, Settings(), SecretStore(home.secrets))


async def test_asterisk_is_told_of_each_change_once(
    installation: Installation, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied, office = Applied(monkeypatch), OfficeMark(database)
    keeping = KeepsConfiguration(installation, database, office)
    await office.read()
    for _ in range(2):
        await keeping.look()
    assert [spec.agents[0].epoch for spec in applied.specs] == [5]
    await renew_phone_password(database, "lina", now=later(1), by=OPERATOR)
    await office.read()
    for _ in range(2):
        await keeping.look()
    assert len(applied.specs) == 2
    await deactivate(database, "lina", now=later(2), by=OPERATOR)
    await office.read()
    await keeping.look()
    assert applied.specs[-1].agents == ()
    await database.close()


async def test_another_master_secret_is_a_change_and_counts_for_the_console(
    installation: Installation, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied, office = Applied(monkeypatch), OfficeMark(database)
    keeping = KeepsConfiguration(installation, database, office)
    await office.read()
    await keeping.look()
    before, passwords = installation.phone_password("1001", 5), installation.phone_passwords()
    assert passwords("1001", 5) == before
    (installation.home.secrets / "phones").write_text("another-master\n")
    await keeping.look()
    assert [spec.secrets.master == "another-master" for spec in applied.specs] == [False, True]
    assert installation.phone_password("1001", 5) == phone_password("another-master", "1001", 5) != before
    assert passwords("1001", 5) == installation.phone_password("1001", 5)
    await database.close()


async def test_trouble_is_told_once_and_what_is_undone_is_tried_again(
    installation: Installation, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied, office = Applied(monkeypatch), OfficeMark(database)
    keeping = KeepsConfiguration(installation, database, office)
    await office.read()
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            applied.trouble = None

    monkeypatch.setattr(configuration, "EVERY_S", 0.01)
    applied.trouble = AsteriskProblem("Asterisk is not running.")
    with capture_logs() as logs:
        with monkeypatch.context() as patch:
            patch.setattr("ringdesk.assembly.configuration.asyncio.sleep", sleep)
            running = asyncio.create_task(keeping.run())
            await applied.came.wait()
        running.cancel()
    assert [log["event"] for log in logs] == ["configuration not applied"]
    assert pauses == [configuration.AFTER_TROUBLE_S] * 2
    await database.close()


async def test_what_changes_in_the_office_is_not_waited_for_and_nothing_is_told_before_it_was_read(
    installation: Installation, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(configuration, "EVERY_S", 3600)
    applied, office = Applied(monkeypatch), OfficeMark(database)
    keeping = KeepsConfiguration(installation, database, office)
    await keeping.look()
    assert applied.specs == []
    running = asyncio.create_task(keeping.run())
    await office.read()
    async with asyncio.timeout(10):
        await applied.came.wait()
    running.cancel()
    await database.close()
