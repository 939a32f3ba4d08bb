"""Keeps the settings that figures depend on, when they begin to hold for the live figures."""

from collections.abc import Iterable
from datetime import datetime

from office.rules.figure_settings import Counted, settings_of
from storage.database import Database
from storage.repositories.figure_settings import FigureSettings


async def keep_figure_settings(
    database: Database, queues: Iterable[Counted], time_zone: str, now: datetime
) -> None:
    """Write down what holds from now on and did not before."""
    async with database.transaction() as session:
        await FigureSettings(session).keep(settings_of(queues, time_zone), now)
