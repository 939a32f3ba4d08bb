"""What changes in the office counts without a restart; a database that is away leaves everything as known."""

import asyncio
from types import SimpleNamespace
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from cti.bus.local import LocalBus
from cti.control.rules import Membership
from cti.directory import load_directory
from cti.domain.floor import Floor
from cti.live import LiveFloor
from ivr.hotlines import HotlineEntry
from ringdesk.assembly import office as office_module
from ringdesk.assembly.office import Office
from storage.database import Database
from storage.repositories.figure_settings import FOR_EVER, FigureSettings
from storage.repositories.office import office_mark
from storage.repositories.routing import Hotlines, Memberships, Queues
from storage.repositories.users import Agents, Users
from storage.tables import Hotline, Queue
from tests.unit.storage.builders import NOON, later


class World:
    """An office that is followed; who asks for more than the database is written down."""

    def __init__(self, db: Database, floor: Floor) -> None:
        self.db = db
        self.live = LiveFloor(floor, LocalBus())
        control: Any = SimpleNamespace(memberships={})
        self.control = control
        self.enforced = asyncio.Semaphore(0)
        self.looked_at_agents = 0
        self.now = NOON
        assignments: Any = SimpleNamespace(enforce=self._enforce)
        self.office = Office(
            db,
            self.live,
            control,
            assignments,
            look_at_agents=self._look_at_agents,
            clock=lambda: self.now,
        )

    async def _enforce(self) -> None:
        self.enforced.release()

    async def _look_at_agents(self) -> None:
        self.looked_at_agents += 1

    async def engage(self, login: str, extension: str) -> None:
        """Somebody new, who serves a queue that is new, too."""
        async with self.db.transaction() as session:
            user = await Users(session).add(
                login=login, name=login, password_hash="-", role="agent", created_at=NOON
            )
            await Agents(session).add(extension=extension, user_id=user.id)
            await Queues(session).put(Queue(name="service", title_zh="服务", title_en="Service"))
            await Memberships(session).put(queue="service", extension=extension)

    async def open_hotline(self, number: str) -> None:
        async with self.db.transaction() as session:
            await Hotlines(session).put(
                Hotline(number=number, name="N", flow="service", language="en", fallback_queue="service")
            )


@pytest.fixture
async def world(db: Database) -> World:
    directory = await load_directory(db, ZoneInfo("Asia/Shanghai"))
    return World(db, Floor(directory, epoch="epoch", now=NOON))


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


async def test_a_hotline_alone_leaves_the_floor_as_it_is(world: World) -> None:
    await world.engage("lina", "1001")
    await world.office.look()
    before = world.live.floor.directory
    await world.open_hotline("4009")
    await world.office.look()
    assert set(world.office.hotlines) == {"4009"}
    assert world.live.floor.directory is before
    assert world.looked_at_agents == 1


async def test_what_has_not_changed_is_read_once_by_whoever_goes_by_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    marks, wholes = 0, 0

    async def counted_mark(*given: Any) -> object:
        nonlocal marks
        marks += 1
        return await office_mark(*given)

    async def counted_whole(*given: Any) -> object:
        nonlocal wholes
        wholes += 1
        return await load_directory(*given)

    monkeypatch.setattr(office_module, "office_mark", counted_mark)
    monkeypatch.setattr(office_module, "load_directory", counted_whole)
    for _ in range(3):
        await world.office.look()
    assert (marks, wholes) == (3, 1)
    assert world.office.mark.changed.is_set()
    world.office.mark.changed.clear()
    await world.office.look()
    assert not world.office.mark.changed.is_set()


async def test_what_could_not_be_read_is_read_at_the_next_look_and_until_then_nobody_is_moved(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office_module, "EVERY_S", 0.001)
    failed = asyncio.Semaphore(0)

    async def away(*_: Any) -> NoReturn:
        failed.release()
        raise OSError("the database is away")

    await world.engage("lina", "1001")
    with capture_logs() as logs:
        with monkeypatch.context() as patch:
            patch.setattr(office_module, "load_memberships", away)
            following = asyncio.create_task(world.office.run())
            async with asyncio.timeout(10):
                for _ in range(2):
                    await failed.acquire()
            assert world.enforced.locked()
        async with asyncio.timeout(10):
            await world.enforced.acquire()
        following.cancel()
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
