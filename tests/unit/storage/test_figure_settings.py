"""A past day is counted with the settings that it had, whenever they were changed since."""

from datetime import datetime
from typing import Any

from cti.domain.queue import QueueInfo
from office.figure_settings import keep_figure_settings
from storage.database import Database
from storage.repositories.figure_settings import FOR_EVER, FigureSettings
from tests.unit.storage.builders import later

SALES = ("queue:sales", "sl_seconds")


async def kept(db: Database, since: datetime, **held: Any) -> None:
    async with db.transaction() as session:
        await FigureSettings(session).keep({("firm", name): it for name, it in held.items()}, since)


async def test_each_change_holds_from_its_time_and_the_first_value_for_ever(db: Database) -> None:
    for at, value in ((0, 15), (10, 15), (20, 30), (30, 15)):
        await kept(db, later(at), limit=value)
    async with db.session() as session:
        settings = FigureSettings(session)
        assert await settings.of("firm", "limit") == [(FOR_EVER, 15), (later(20), 30), (later(30), 15)]
        held = [(await settings.at(later(at)))["firm", "limit"] for at in (-99, 0, 19, 20, 29, 30, 99)]
    assert held == [15, 15, 15, 30, 30, 15, 15]


async def test_what_is_not_named_any_more_stays_as_it_was(db: Database) -> None:
    await kept(db, later(0), limit=15, zone="Asia/Shanghai")
    await kept(db, later(10), limit=20)
    async with db.session() as session:
        assert await FigureSettings(session).at(later(99)) == {
            ("firm", "limit"): 20,
            ("firm", "zone"): "Asia/Shanghai",
        }


async def test_the_limits_of_queues_and_the_zone_are_kept(db: Database) -> None:
    def queue(seconds: int) -> QueueInfo:
        return QueueInfo("sales", "销售", "Sales", sl_seconds=seconds, short_abandon_seconds=5)

    await keep_figure_settings(db, [queue(15)], "Asia/Shanghai", later(0))
    await keep_figure_settings(db, [queue(20)], "Europe/Berlin", later(60))
    async with db.session() as session:
        settings = FigureSettings(session)
        assert await settings.at(later(59)) == {
            SALES: 15,
            ("queue:sales", "short_abandon_seconds"): 5,
            ("firm", "time_zone"): "Asia/Shanghai",
        }
        assert await settings.at(later(60)) == {
            SALES: 20,
            ("queue:sales", "short_abandon_seconds"): 5,
            ("firm", "time_zone"): "Europe/Berlin",
        }
