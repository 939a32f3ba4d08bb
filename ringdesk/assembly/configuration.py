"""Keeps a running Asterisk to what database and secrets say: phones, queues and hotlines as they are now."""

import asyncio
from collections.abc import Hashable
from contextlib import suppress

import structlog

from asterisk_conf.apply import apply
from asterisk_conf.spec import TelephonySpec
from ringdesk.assembly.office import OfficeMark
from ringdesk.installation.installation import Installation
from storage.database import Database

log = structlog.get_logger(__name__)

EVERY_S = 2.0
# An Asterisk that does not answer, or an owner's folder that is not ours to write, needs somebody's hand.
AFTER_TROUBLE_S = 10.0


class KeepsConfiguration:
    """Looks at each change in the office, and every few seconds at secrets; Asterisk is told what changed."""

    def __init__(self, installation: Installation, database: Database, office: OfficeMark) -> None:
        self._installation = installation
        self._database = database
        self._office = office
        self._seen: Hashable = None
        self._applied: TelephonySpec | None = None
        self._trouble = ""

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(EVERY_S):
                    await self._office.changed.wait()
            self._office.changed.clear()
            try:
                await self.look()
            except Exception as problem:
                # The database may be away, a setting wrong: Asterisk keeps what it has.
                self._report(repr(problem))
                await asyncio.sleep(AFTER_TROUBLE_S)

    async def look(self) -> None:
        """Bring what changed into Asterisk. Raises what stands in the way."""
        seen = self._installation.plain_spec(), self._office.value
        if self._office.value is None or seen == self._seen:
            return
        spec = await self._installation.telephony(self._database)
        if spec != self._applied:
            changed = await apply(self._installation.asterisk(spec), spec)
            self._applied, self._trouble = spec, ""
            if changed:
                log.info("configuration applied", files=[path.name for path in changed])
        self._seen = seen

    def _report(self, trouble: str) -> None:
        if trouble != self._trouble:
            log.warning("configuration not applied", problem=trouble)
        self._trouble = trouble
