"""Follows the office: who works here and where callers go counts, when it was changed, without a restart."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping
from datetime import datetime

import structlog

from cti.assignments import Assignments
from cti.control.control import Control
from cti.directory import load_directory, load_memberships
from cti.live import LiveFloor
from ivr.hotlines import HotlineEntry, load_hotlines
from office.figure_settings import keep_figure_settings
from storage.database import Database
from storage.repositories.office import office_mark

log = structlog.get_logger(__name__)

EVERY_S = 2.0


class OfficeMark:
    """The last reading of the mark, for all who go by it; `changed` is set when it became another."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.value: Hashable = None
        self.changed = asyncio.Event()

    async def read(self) -> None:
        """Look again. Raises what keeps the database from answering."""
        async with self._database.session() as session:
            value = await office_mark(session)
        if value != self.value:
            self.value = value
            self.changed.set()


class Office:
    """Brings users, queues, memberships and hotlines to floor, control and menus."""

    def __init__(
        self,
        database: Database,
        live: LiveFloor,
        control: Control,
        assignments: Assignments,
        *,
        look_at_agents: Callable[[], Awaitable[None]],
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._live = live
        self._control = control
        self._assignments = assignments
        self._look_at_agents = look_at_agents
        self._clock = clock
        self._followed: Hashable = None
        self.mark = OfficeMark(database)
        self.hotlines: Mapping[str, HotlineEntry] = {}

    async def load(self) -> None:
        """Before the first call; the floor has its directory already."""
        self._control.memberships = await load_memberships(self._database)
        self.hotlines = await load_hotlines(self._database)

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                await self.look()
            except Exception as problem:
                # The database may be away for a while; who works here stays as known.
                log.warning("directory not read", problem=repr(problem))
                continue
            await self._assignments.enforce()

    async def look(self) -> None:
        """Take over what changed. Raises what keeps it from being read; then it is read at the next look."""
        await self.mark.read()
        # Of what is read below some may be newer than the mark, which is then another one at the next look.
        seen = self.mark.value
        if seen == self._followed:
            return
        directory = await load_directory(self._database, self._live.floor.directory.timezone)
        await self.load()
        now = self._clock()
        if directory != self._live.floor.directory:
            self._live.set_directory(directory, now)
            await self._look_at_agents()
        await keep_figure_settings(self._database, directory.queues.values(), str(directory.timezone), now)
        self._followed = seen
