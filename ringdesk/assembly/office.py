"""Follows the firm: who works here and where callers go counts, when it was changed, without a restart.

A change is taken over whole, by floor, control, menus and Asterisk, or, when it is wrong, by none of them.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import structlog

from asterisk_conf.spec import TelephonySpec
from cti.assignments import Assignments
from cti.control.control import Control
from cti.control.rules import Membership
from cti.directory import load_directory, load_memberships
from cti.domain.floor import Directory
from cti.live import LiveFloor
from ivr.hotlines import HotlineEntry, load_hotlines
from office.figure_settings import keep_figure_settings
from ringdesk.assembly.configuration import Configuration
from ringdesk.installation.installation import Installation
from ringdesk.problem import Problem
from storage.database import Database
from storage.repositories.office import office_version

log = structlog.get_logger(__name__)

# What this process commits is looked at at once; this is for other processes, and for secrets.
LOOK_EVERY_S = 1.0
# However much is committed.
LEAST_BETWEEN_S = 0.1
AFTER_TROUBLE_S = 2.0
# Long enough that who is just signing out, of one queue after the other, is out of all of them meanwhile.
MEMBERS_EVERY_S = 2.0


@dataclass(frozen=True, slots=True)
class State:
    """The firm at one moment, for each who goes by it."""

    directory: Directory
    memberships: Mapping[str, Sequence[Membership]]
    hotlines: Mapping[str, HotlineEntry]
    spec: TelephonySpec


class Office:
    """Looks for changes and takes them over. `refusal` says why the newest one is not in force."""

    def __init__(
        self,
        installation: Installation,
        database: Database,
        live: LiveFloor,
        control: Control,
        assignments: Assignments,
        configuration: Configuration,
        *,
        look_at_agents: Callable[[], Awaitable[None]],
        clock: Callable[[], datetime],
    ) -> None:
        self._installation = installation
        self._database = database
        self._live = live
        self._control = control
        self._assignments = assignments
        self._configuration = configuration
        self._look_at_agents = look_at_agents
        self._clock = clock
        self._seen: Hashable = None
        self._known = False
        self.refusal: str | None = None
        self.hotlines: Mapping[str, HotlineEntry] = {}

    async def load(self) -> None:
        """Before the first call; the floor has its directory already."""
        self._control.memberships = await load_memberships(self._database)
        self.hotlines = await load_hotlines(self._database)

    async def run(self) -> None:
        """Work until cancelled."""
        committed = asyncio.Event()
        with self._database.told_of_commits(committed.set):
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_EVERY_S):
                        await committed.wait()
                committed.clear()
                try:
                    await self.look()
                except Exception as problem:
                    # The database may be away for a while; who works here stays as known.
                    self._known = False
                    log.warning("directory not read", problem=repr(problem))
                    await asyncio.sleep(AFTER_TROUBLE_S)
                else:
                    self._known = True
                    await asyncio.sleep(LEAST_BETWEEN_S)

    async def keep_members(self) -> None:
        """Keep Asterisk's queues to who serves them, until cancelled; what is not known moves nobody."""
        while True:
            await asyncio.sleep(MEMBERS_EVERY_S)
            if self._known:
                await self._assignments.enforce()

    async def look(self) -> None:
        """Take over what changed. Raises what keeps it from being read; then it is read at the next look."""
        seen = await self._version()
        if seen == self._seen:
            return
        try:
            # Of what is read some may be newer than the version, which is then another one at the next look.
            state = await self._read()
        except Problem as problem:
            self._refuse(problem.sentence)
        else:
            self.refusal = None
            await self._take_over(state)
        self._seen = seen

    async def _version(self) -> Hashable:
        async with self._database.session() as session:
            return await office_version(session), self._installation.secrets.version()

    async def _read(self) -> State:
        database = self._database
        return State(
            directory=await load_directory(database, self._live.floor.directory.timezone),
            memberships=await load_memberships(database),
            hotlines=await load_hotlines(database),
            spec=await self._installation.telephony(database),
        )

    async def _take_over(self, state: State) -> None:
        self._configuration.want(state.spec)
        self._control.memberships = state.memberships
        self.hotlines = state.hotlines
        directory, now = state.directory, self._clock()
        if directory != self._live.floor.directory:
            self._live.set_directory(directory, now)
            await self._look_at_agents()
        await keep_figure_settings(self._database, directory.queues.values(), str(directory.timezone), now)

    def _refuse(self, why: str) -> None:
        self.refusal = f"{why}; what was in force before stays"
        log.error("change refused", problem=why)
