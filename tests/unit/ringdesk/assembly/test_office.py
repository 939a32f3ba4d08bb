"""What changes in the firm counts without a restart: whole when it is right, not at all when it is wrong."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from asterisk_conf.secrets import phone_password
from asterisk_conf.spec import TelephonySpec
from cti.bus.local import LocalBus
from cti.control.rules import Membership
from cti.directory import load_directory
from cti.domain.floor import Floor
from cti.live import LiveFloor
from ivr.hotlines import HotlineEntry
from ringdesk.assembly import office as module
from ringdesk.assembly.office import Office
from ringdesk.installation.home import Home
from ringdesk.installation.installation import Installation
from ringdesk.installation.secrets import SecretStore
from ringdesk.settings.settings import Settings
from storage.database import Database
from storage.repositories.figure_settings import FOR_EVER, FigureSettings
from storage.repositories.routing import Hotlines, Memberships, Queues
from storage.repositories.users import Agents, Users
from storage.tables import Hotline, Queue
from tests.support.waiting import until
from tests.unit.storage.builders import NOON, later


class World:
    """An office that is followed; who asks for more than the database is written down."""

    def __init__(self, db: Database, floor: Floor, installation: Installation) -> None:
        self.db = db
        self.installation = installation
        self.live = LiveFloor(floor, LocalBus())
        control: Any = SimpleNamespace(memberships={})
        self.control = control
        self.enforced = 0
        self.looked_at_agents = 0
        self.now = NOON
        self.specs: list[TelephonySpec] = []
        assignments: Any = SimpleNamespace(enforce=self._enforce)
        configuration: Any = SimpleNamespace(want=self.specs.append)
        self.office = Office(
            installation,
            db,
            self.live,
            control,
            assignments,
            configuration,
            look_at_agents=self._look_at_agents,
            clock=lambda: self.now,
        )

    async def _enforce(self) -> None:
        self.enforced += 1

    async def _look_at_agents(self) -> None:
        self.looked_at_agents += 1

    async def engage(self, login: str, extension: str) -> None:
        """Somebody new, who serves a queue that is new, too."""
        async with self.db.transaction() as session:
            user = await Users(session).add(
                login=login, name=login, password_hash="-", role="agent", created_at=NOON
            )
            await Agents(session).add(extension=extension, user_id=user.id, phone_epoch=5)
        await self.open_queue("service")
        async with self.db.transaction() as session:
            await Memberships(session).put(queue="service", extension=extension)

    async def open_queue(self, name: str) -> None:
        async with self.db.transaction() as session:
            await Queues(session).put(Queue(name=name, title_zh="服务", title_en="Service"))

    async def close_queue(self, name: str) -> None:
        async with self.db.transaction() as session:
            queue = await Queues(session).by_name(name)
            await session.delete(queue)

    async def open_hotline(self, number: str) -> None:
        async with self.db.transaction() as session:
            await Hotlines(session).put(
                Hotline(number=number, name="N", flow="service", language="en", fallback_queue="service")
            )


@pytest.fixture
async def world(db: Database, tmp_path: Any) -> World:
    home = Home(tmp_path / "var")
    home.make()
    directory = await load_directory(db, ZoneInfo("Asia/Shanghai"))
    installation = Installation(home, Settings(), SecretStore(home.secrets))
    installation.plain_spec()  # makes the secrets
    return World(db, Floor(directory, epoch="epoch", now=NOON), installation)


@asynccontextmanager
async def following(world: World) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(it()) for it in (world.office.run, world.office.keep_members)]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_who_and_what_is_new_is_known_without_a_restart(world: World) -> None:
    await world.office.look()
    await world.engage("lina", "1001")
    await world.open_hotline("4009")
    await world.office.look()
    assert set(world.live.floor.agents) == {"1001"}
    assert set(world.live.floor.queues) == {"service"}
    assert world.control.memberships == {"1001": [Membership("service", 0)]}
    assert world.office.hotlines == {"4009": HotlineEntry("service", "en")}
    assert world.looked_at_agents == 1
    told = world.specs[-1]
    assert [(agent.extension, agent.epoch) for agent in told.agents] == [("1001", 5)]
    assert [hotline.number for hotline in told.hotlines] == ["4009"]


async def test_a_hotline_alone_leaves_the_floor_as_it_is(world: World) -> None:
    await world.engage("lina", "1001")
    await world.office.look()
    before = world.live.floor.directory
    await world.open_hotline("4009")
    await world.office.look()
    assert set(world.office.hotlines) == {"4009"}
    assert world.live.floor.directory is before
    assert world.looked_at_agents == 1


async def test_a_change_that_asterisk_cannot_have_is_refused_whole_until_it_is_put_right(
    world: World,
) -> None:
    await world.engage("lina", "1001")
    await world.office.look()
    before = world.live.floor.directory, world.control.memberships, world.office.hotlines
    await world.open_queue("Two words")
    await world.open_hotline("4009")
    with capture_logs() as logs:
        for _ in range(2):
            await world.office.look()
    refusal = world.office.refusal
    assert refusal is not None
    assert "'Two words'" in refusal
    assert "what was in force before stays" in refusal
    assert [log["event"] for log in logs] == ["change refused"]
    assert (world.live.floor.directory, world.control.memberships, world.office.hotlines) == before
    assert len(world.specs) == 1
    await world.close_queue("Two words")
    await world.office.look()
    assert world.office.refusal is None
    assert set(world.office.hotlines) == {"4009"}
    assert [hotline.number for hotline in world.specs[-1].hotlines] == ["4009"]


async def test_what_has_not_changed_is_read_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    wholes = 0

    async def counted(*given: Any) -> object:
        nonlocal wholes
        wholes += 1
        return await load_directory(*given)

    monkeypatch.setattr(module, "load_directory", counted)
    for _ in range(3):
        await world.office.look()
    assert wholes == 1


async def test_another_master_secret_is_a_change_and_counts_for_the_console(world: World) -> None:
    await world.office.look()
    installation = world.installation
    before, passwords = installation.phone_password("1001", 5), installation.phone_passwords()
    assert passwords("1001", 5) == before
    (installation.home.secrets / "phones").write_text("another-master\n")
    await world.office.look()
    assert world.specs[-1].secrets.master == "another-master" != world.specs[0].secrets.master
    assert installation.phone_password("1001", 5) == phone_password("another-master", "1001", 5) != before
    assert passwords("1001", 5) == installation.phone_password("1001", 5)


async def test_a_secret_that_others_may_read_is_refused_and_taken_once_they_may_not(world: World) -> None:
    await world.office.look()
    secret = world.installation.home.secrets / "phones"
    secret.chmod(0o644)
    await world.office.look()
    assert world.office.refusal is not None
    assert "chmod 600" in world.office.refusal
    secret.chmod(0o600)
    await world.office.look()
    assert world.office.refusal is None


async def test_what_this_process_commits_counts_at_once_and_what_others_do_after_a_moment(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def known() -> bool:
        return "4009" in world.office.hotlines

    await world.engage("lina", "1001")
    with monkeypatch.context() as patch:
        patch.setattr(module, "LOOK_EVERY_S", 3600)
        async with following(world):
            await asyncio.sleep(0)
            await world.open_hotline("4009")
            await until(known)
    monkeypatch.setattr(module, "LOOK_EVERY_S", 0.01)
    other = Database(world.db.url)
    async with following(world):
        async with other.transaction() as session:
            hotline = await Hotlines(session).by_number("4009")
            await session.delete(hotline)

        async def gone() -> bool:
            return not await known()

        await until(gone)
    await other.close()


async def test_what_could_not_be_read_is_read_at_the_next_look_and_until_then_nobody_is_moved(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LOOK_EVERY_S", "LEAST_BETWEEN_S", "AFTER_TROUBLE_S", "MEMBERS_EVERY_S"):
        monkeypatch.setattr(module, name, 0.001)
    failed = 0

    async def away(*_: Any) -> NoReturn:
        nonlocal failed
        failed += 1
        raise OSError("the database is away")

    async def failed_twice() -> bool:
        return failed > 1

    async def enforced() -> bool:
        return world.enforced > 0

    await world.engage("lina", "1001")
    with capture_logs() as logs, monkeypatch.context() as patch:
        patch.setattr(module, "load_memberships", away)
        async with following(world):
            await until(failed_twice)
            assert world.enforced == 0
            patch.undo()
            await until(enforced)
    assert {entry["event"] for entry in logs} == {"directory not read"}
    assert set(world.control.memberships) == {"1001"}
    assert set(world.live.floor.agents) == {"1001"}


async def test_a_limit_that_was_changed_is_kept_with_the_time_from_which_the_floor_counts_by_it(
    world: World,
) -> None:
    await world.engage("lina", "1001")
    await world.office.look()
    async with world.db.transaction() as session:
        queue = await Queues(session).by_name("service")
        assert queue is not None
        queue.sl_seconds = 30
    world.now = later(60)
    await world.office.look()
    assert world.live.floor.queues["service"].info.sl_seconds == 30
    world.now = later(120)
    await world.office.look()
    async with world.db.session() as session:
        settings = FigureSettings(session)
        assert await settings.of("queue:service", "sl_seconds") == [(FOR_EVER, 15), (later(60), 30)]
        assert await settings.of("firm", "time_zone") == [(FOR_EVER, "Asia/Shanghai")]
